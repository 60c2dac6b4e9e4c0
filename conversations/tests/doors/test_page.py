"""GET /chat/, /chat/<conversation>/ and what is fetched later."""

import pytest
from django.urls import reverse

from conversations.models import Conversation
from conversations.tests.rows import (
    conversation_of,
    generation_of,
    long_chain,
    profile_of,
    say,
    turn_in,
)

pytestmark = pytest.mark.django_db


def page(client, conversation: Conversation) -> str:
    return client.get(reverse("conversation", args=[conversation.public_id])).text


def test_the_address_of_the_house_leads_to_the_chat(client) -> None:
    assert client.get("/").url == "/chat/"


def test_a_first_visit_shows_an_empty_chat(client) -> None:
    html = client.get("/chat/").text
    assert 'id="composer"' in html
    assert "What would you like to talk about?" in html
    assert 'value="echo@echo:" selected' in html


def test_a_suggestion_fills_the_box(client) -> None:
    html = client.get("/chat/", {"text": "Explain <b>this</b>"}).text
    assert "Explain &lt;b&gt;this&lt;/b&gt;</textarea>" in html


def test_a_conversation_shows_its_messages_in_order(conversation, client) -> None:
    turn_in(conversation, "What is it?", "A **heat pump**.")
    html = page(client, conversation)
    assert html.index("What is it?") < html.index("<strong>heat pump</strong>")


def test_what_a_person_wrote_is_shown_as_typed(conversation, client) -> None:
    say(conversation, "user", "<b>bold</b> & **stars**")
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; **stars**" in page(client, conversation)


@pytest.mark.parametrize(
    ("text", "is_folded"),
    [("word " * 200, False), ("word " * 400, True), ("line\n" * 18, False), ("line\n" * 19, True)],
    ids=["some words", "many words", "some lines", "many lines"],
)
def test_a_long_question_can_be_unfolded(conversation, client, text, is_folded) -> None:
    say(conversation, "user", text)
    assert ("Show all" in page(client, conversation)) == is_folded


def test_a_long_answer_is_not_folded(conversation, client) -> None:
    turn_in(conversation, "Hi", "line\n\n" * 100)
    assert "Show all" not in page(client, conversation)


def test_a_running_answer_offers_stop(conversation, client) -> None:
    answer = say(conversation, "assistant", "", "waiting")
    url = reverse("stop", args=[conversation.public_id, answer.public_id])
    html = page(client, conversation)
    assert url in html
    assert 'http-equiv="refresh"' in html


@pytest.mark.parametrize("status", ["stopped", "failed", "interrupted"])
def test_an_unfinished_answer_can_be_continued(conversation, client, status) -> None:
    turn_in(conversation, "Hi", "Half", status)
    assert "/continue/" in page(client, conversation)


def test_a_complete_answer_cannot_be_continued(conversation, client) -> None:
    turn_in(conversation, "Hi", "Whole")
    html = page(client, conversation)
    assert "/continue/" not in html
    assert "/retry/" in html


def test_an_error_says_what_to_do(conversation, client) -> None:
    say(conversation, "user", "Hi")
    answer = say(conversation, "assistant", "", "failed")
    context = {"server": "http://box:11434"}
    generation_of(answer, error_code="server_unreachable", error_context=context)
    html = page(client, conversation)
    assert "http://box:11434" in html
    assert "ollama serve" in html


def test_no_model_server_is_said_with_a_way_out(client, settings) -> None:
    settings.LLM_BASE_URL = "http://127.0.0.1:9"
    html = client.get("/chat/").text
    assert "not answering at http://127.0.0.1:9" in html
    assert "make run MODEL=demo" in html


def test_a_model_that_is_gone_is_named_and_not_exchanged(alice, client) -> None:
    conversation = conversation_of(alice, model_name="gone:7b", server="http://box")
    html = page(client, conversation)
    assert "gone:7b is not available now" in html
    assert 'value="gone:7b@http://box" selected' in html


def test_the_default_prompt_profile_is_chosen_for_a_new_chat(alice, client) -> None:
    profile = profile_of(alice, is_default=True)
    assert f'value="{profile.public_id}" selected' in client.get("/chat/").text


def test_the_memory_switch_starts_as_configured(client, settings) -> None:
    settings.MEMORY_ENABLED = False
    html = client.get("/chat/").text
    assert 'name="memory" value="1" checked' not in html


def test_earlier_messages_come_page_by_page(conversation, client) -> None:
    long_chain(conversation, 50)
    oldest = conversation.messages.order_by("id")[20]
    url = reverse("older_messages", args=[conversation.public_id])
    assert f"{url}?before={oldest.public_id}" in page(client, conversation)
    html = client.get(url, {"before": oldest.public_id}).text
    assert html.count("<article") == 20
    assert "Words 19<" in html
    assert "Show earlier" not in html


@pytest.mark.parametrize("before", ["", "x", "0" * 32])
def test_earlier_than_nothing_is_not_found(conversation, client, before) -> None:
    url = reverse("older_messages", args=[conversation.public_id])
    assert client.get(url, {"before": before}).status_code == 404


def test_more_of_the_sidebar_comes_as_a_fragment(alice, client) -> None:
    for _ in range(41):
        conversation_of(alice)
    cursor = client.get("/chat/").text.split("older/?after=")[1].split('"')[0]
    html = client.get(f"/chat/older/?after={cursor}").text
    assert html.count("<li") == 1


def test_the_model_list_is_sent_again_only_when_it_changed(client, settings) -> None:
    settings.LLM_BASE_URL = "http://127.0.0.1:9"
    html = client.get("/chat/").text
    state = html.split("models/?state=")[1].split("&")[0]
    assert client.get("/chat/models/", {"state": state}).status_code == 204
    assert client.get("/chat/models/", {"state": "old"}).status_code == 200


def test_a_damaged_conversation_key_is_not_found(client) -> None:
    assert client.get("/chat/models/", {"conversation": "x"}).status_code == 404


def test_what_was_never_deleted_is_not_offered_back(client) -> None:
    response = client.get("/chat/", {"deleted": "x"})
    assert response.status_code == 200
    assert "Undo" not in response.text
