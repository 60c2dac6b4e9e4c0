"""Edit, show, again, compare, receipt, settings and memories through their doors."""

import json
import re

import pytest
from asgiref.sync import sync_to_async
from django.urls import reverse

from conversations.models import Conversation, HistorySummary, Memory, Message
from conversations.tests.rows import say, turn_in
from conversations.tests.talking import talk

pytestmark = pytest.mark.django_db(transaction=True)

HTMX = {"HX-Request": "true"}


def door(name: str, message: Message) -> str:
    return reverse(name, args=[message.conversation.public_id, message.public_id])


@pytest.fixture
def answer(conversation) -> Message:
    return turn_in(conversation, "Hi", "Hello")


@pytest.fixture
def two_answers(conversation) -> tuple[Message, Message]:
    first = turn_in(conversation, "Which?", "The red one")
    return first, say(conversation, "assistant", "The blue one", parent=first.parent)


async def test_an_edit_makes_a_branch_and_leads_back(answer, aclient, model) -> None:
    response = await aclient.post(door("edit", answer.parent), {"text": "Ahoy"})
    assert response.status_code == 302
    assert await Message.objects.filter(role="user").acount() == 2


async def test_an_empty_edit_keeps_the_form_and_says_why(answer, aclient) -> None:
    response = await aclient.post(door("edit", answer.parent), {"text": "  "}, headers=HTMX)
    assert response.status_code == 422
    assert "Write something first." in response.text
    assert await Message.objects.filter(role="user").acount() == 1


async def test_the_edit_form_comes_as_a_fragment_and_as_a_page(answer, aclient) -> None:
    fragment = await aclient.get(door("edit", answer.parent), headers=HTMX)
    page = await aclient.get(door("edit", answer.parent))
    assert "<!doctype" not in fragment.text.lower()
    assert "<!doctype" in page.text.lower()
    assert "Hi</textarea>" in fragment.text


async def test_arrows_lead_to_the_other_version(two_answers, conversation, aclient) -> None:
    first, _ = two_answers
    page = await aclient.get(reverse("conversation", args=[conversation.public_id]))
    assert "Previous version" in page.text
    await aclient.post(door("show_branch", first))
    page = await aclient.get(reverse("conversation", args=[conversation.public_id]))
    assert "The red one" in page.text
    assert "Next version" in page.text


async def test_again_with_another_model_leaves_the_conversation_as_it_is(
    conversation, aclient, model
) -> None:
    answer = await sync_to_async(turn_in)(conversation, "Hi", "Hello")
    response = await aclient.post(
        door("again", answer), {"model": "echo@echo:", "routing_profile": "direct"}
    )
    assert response.status_code == 302
    assert await Message.objects.filter(role="assistant").acount() == 2


async def test_again_by_an_unknown_profile_is_refused(answer, aclient) -> None:
    response = await aclient.post(door("again", answer), {"routing_profile": "nonsense"})
    assert response.status_code == 422


async def test_two_answers_are_shown_side_by_side_with_their_words(two_answers, aclient) -> None:
    response = await aclient.get(door("compare", two_answers[1]))
    assert "<mark>red</mark>" in response.text
    assert "<mark>blue</mark>" in response.text


async def test_they_are_shown_as_they_were_written_where_that_is_asked_for(
    two_answers, aclient
) -> None:
    response = await aclient.get(f"{door('compare', two_answers[1])}?view=source")
    assert re.search(r"<mark>red\s*</mark>", response.text)
    assert 'class="block"' not in response.text
    assert f"?with={two_answers[0].public_id}&amp;view=source" in response.text


async def test_answers_that_are_too_long_to_render_are_shown_as_written(
    two_answers, aclient, monkeypatch
) -> None:
    monkeypatch.setattr("conversations.showing.comparing.MOST", 3)
    response = await aclient.get(door("compare", two_answers[1]))
    assert "shown as they were written" in response.text
    assert 'class="block"' not in response.text


async def test_a_single_answer_has_nothing_to_be_compared_with(answer, aclient) -> None:
    assert (await aclient.get(door("compare", answer))).status_code == 404


async def test_only_answers_to_the_same_question_are_compared(
    conversation, two_answers, aclient
) -> None:
    other = await sync_to_async(turn_in)(conversation, "Else?", "No")
    url = f"{door('compare', two_answers[0])}?with={other.public_id}"
    assert (await aclient.get(url)).status_code == 404


async def test_the_receipt_as_page_fold_and_json(alice, conversation, aclient, model) -> None:
    ended = await talk(alice, "Hello there", conversation)
    page = await aclient.get(door("receipt", ended.message))
    fold = await aclient.get(door("receipt", ended.message), headers=HTMX)
    data = json.loads((await aclient.get(door("receipt_json", ended.message))).content)
    assert "How this answer came about" in page.text
    assert "<!doctype" not in fold.text.lower()
    assert data["success"] is True
    assert data["generations"][0]["receipt"]["messages"][0]["bytes"] == len("Hello there")


def test_a_memory_is_added_changed_switched_and_deleted(alice, client) -> None:
    client.post("/memories/", {"text": "Eats no nuts."})
    memory = Memory.objects.get()
    client.post(f"/memories/{memory.public_id}/", {"text": "Eats no fish."})
    client.post(f"/memories/{memory.public_id}/switch/", {"on": "0"})
    memory.refresh_from_db()
    assert (memory.text, memory.is_enabled) == ("Eats no fish.", False)
    assert "Eats no fish." in client.get("/memories/").text
    client.post(f"/memories/{memory.public_id}/delete/")
    assert not Memory.objects.exists()


def test_all_memories_are_switched_at_once(alice, client) -> None:
    for text in ("One", "Two"):
        client.post("/memories/", {"text": text})
    client.post("/memories/switch-all/", {"on": "0"})
    assert not Memory.objects.filter(is_enabled=True).exists()


def test_an_empty_memory_is_refused_at_the_field(alice, client) -> None:
    response = client.post("/memories/", {"text": " "})
    assert response.status_code == 422
    assert "Write what should be remembered." in response.text


def test_a_conversations_parameters_are_kept(conversation, client) -> None:
    url = reverse("settings", args=[conversation.public_id])
    client.post(url, {"temperature": "0.3", "num_ctx": "2048", "keep_alive": "10m"})
    conversation.refresh_from_db()
    assert conversation.parameters == {"temperature": 0.3, "num_ctx": 2048, "keep_alive": "10m"}
    assert 'value="2048"' in client.get(url).text


@pytest.mark.parametrize(
    ("field", "value"), [("temperature", "hot"), ("num_ctx", "3"), ("keep_alive", "banana")]
)
def test_a_wrong_parameter_is_said_at_its_field(conversation, client, field, value) -> None:
    response = client.post(reverse("settings", args=[conversation.public_id]), {field: value})
    assert response.status_code == 422
    assert "errorlist" in response.text
    conversation.refresh_from_db()
    assert conversation.parameters == {}


def test_a_summary_is_corrected_and_taken_away(conversation, client) -> None:
    answer = turn_in(conversation, "Hi", "Hello")
    HistorySummary.objects.create(conversation=conversation, upto=answer, text="They greeted.")
    url = reverse("settings", args=[conversation.public_id])
    client.post(url, {"summarises": "on", "summary": "They said hello."})
    assert HistorySummary.objects.get().is_edited
    assert Conversation.objects.get().summarises
    client.post(url, {"summarises": "on", "summary": ""})
    assert not HistorySummary.objects.exists()
