"""POST /chat/send/ and /chat/<conversation>/send/."""

from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from django.urls import reverse

from conversations.answering.generation import LiveGeneration
from conversations.carrying.hub import Subscription, conversation_topic, hub
from conversations.forms import LONGEST_MESSAGE, TurnForm
from conversations.models import Conversation, Message
from conversations.tests.rows import conversation_of, everything, profile_of, say
from conversations.tests.scripted import never
from conversations.tests.talking import until
from conversations.views.turns import choose_tools_enabled

pytestmark = pytest.mark.django_db(transaction=True)

HTMX = {"HX-Request": "true"}
NEW = "/chat/send/"
BAD = [
    ("", "Write something first."),
    (" \n\t ", "Write something first."),
    ("x" * (LONGEST_MESSAGE + 1), "too long"),
    ("a\x00b", "Null characters are not allowed."),
]


def door(conversation: Conversation) -> str:
    return reverse("send", args=[conversation.public_id])


async def count() -> int:
    return await Message.objects.acount()


async def test_the_first_message_makes_a_conversation_and_leads_there(alice, aclient, model):
    response = await aclient.post(NEW, {"text": "Hi"})
    conversation = await Conversation.objects.aget()
    assert response.status_code == 302
    assert response.url == reverse("conversation", args=[conversation.public_id])
    assert conversation.owner_id == alice.id


async def test_htmx_gets_its_page_in_the_place_of_the_one_for_a_new_chat(
    alice, aclient, model
) -> None:
    model.does(never())
    response = await aclient.post(NEW, {"text": "Hi", "tab": "tab-1"}, headers=HTMX)
    conversation = await Conversation.objects.aget()
    assert response.headers["HX-Push-Url"] == f"/chat/{conversation.public_id}/"
    assert response.headers["HX-Retarget"] == ".page"
    assert response.text.count("<article") == 2
    assert f'data-follows="{conversation.public_id}"' in response.text
    assert "<title>Hi · Chat Studio" in response.text
    assert 'name="tab" value="tab-1"' in response.text
    assert 'id="sidebar' not in response.text
    assert "<html" not in response.text


async def test_a_further_message_gives_a_fresh_composer(alice, conversation, aclient, model):
    model.does(never())
    response = await aclient.post(door(conversation), {"text": "Hi there"}, headers=HTMX)
    html = response.text
    assert response.status_code == 200
    assert 'id="composer"' in html
    assert "/stop/" in html
    assert "Hi there</textarea>" not in html


@pytest.mark.parametrize(
    ("form", "kept", "enabled"),
    [
        ({}, True, True),  # the switch was disabled on the page, and there is no script
        ({}, False, False),
        ({"tools_present": "1"}, True, False),
        ({"tools_present": "1", "tools": "1"}, False, True),
    ],
)
async def test_the_tools_switch_speaks_where_it_could_be_used(
    alice, conversation, form, kept, enabled
) -> None:
    conversation.tools_enabled = kept
    assert (
        choose_tools_enabled(cleaned({"routing_profile": "tools", **form}), conversation) is enabled
    )


def cleaned(data: dict[str, str]) -> dict[str, Any]:
    form = TurnForm({"text": "Hi", **data})
    assert form.is_valid()
    return form.cleaned_data


async def test_without_a_socket_the_articles_come_with_the_answer(
    alice, conversation, aclient, model
) -> None:
    model.does(never())
    response = await aclient.post(door(conversation), {"text": "Hi there"}, headers=HTMX)
    assert response.text.count("<article") == 2


async def test_with_a_socket_they_come_over_it_alone(alice, conversation, aclient, model) -> None:
    model.does(never())
    page = Subscription("tab-1")
    hub.subscribe(page, conversation_topic(conversation.public_id))
    sent = {"text": "Hi there", "tab": "tab-1"}
    response = await aclient.post(door(conversation), sent, headers=HTMX)
    assert "<article" not in response.text
    assert page.take()[0].html.count("<article") == 2


async def test_with_a_socket_the_composer_is_emptied_where_it_is(
    alice, conversation, aclient, model
) -> None:
    """What is chosen there stays: no select is exchanged under a person's hand."""
    model.does(never())
    hub.subscribe(Subscription("tab-1"), conversation_topic(conversation.public_id))
    key = uuid4()
    sent = {"text": "Hi there", "tab": "tab-1", "request_id": str(key)}
    response = await aclient.post(door(conversation), sent, headers=HTMX)
    assert response.headers["HX-Reswap"] == "none"
    assert 'id="composer-request"' in response.text
    assert str(key) not in response.text
    assert 'id="composer-error"' in response.text
    assert "<select" not in response.text
    assert "<form" not in response.text


async def test_the_same_message_again_gets_what_the_page_has_missed(
    alice, conversation, aclient, model
) -> None:
    model.does(never())
    hub.subscribe(Subscription("tab-1"), conversation_topic(conversation.public_id))
    sent = {"text": "Hi there", "tab": "tab-1", "request_id": str(uuid4())}
    await aclient.post(door(conversation), sent, headers=HTMX)
    again = await aclient.post(door(conversation), sent, headers=HTMX)
    assert 'id="composer"' in again.text
    assert await count() == 2


async def test_the_plain_form_leads_back_to_the_page(alice, conversation, aclient, model) -> None:
    response = await aclient.post(door(conversation), {"text": "Hi"})
    assert response.status_code == 302
    assert response.url == reverse("conversation", args=[conversation.public_id])


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
@pytest.mark.parametrize(("text", "sentence"), BAD, ids=["empty", "blank", "too long", "nul"])
async def test_what_cannot_be_sent_is_said_and_kept(
    alice, conversation, aclient, text, sentence, headers
) -> None:
    response = await aclient.post(door(conversation), {"text": text}, headers=headers)
    assert response.status_code == 422
    assert sentence in response.text
    assert f"{text}</textarea>" in response.text
    assert ("<html" in response.text) == (not headers)
    assert await count() == 0


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
async def test_a_busy_conversation_keeps_the_words_in_the_box(
    alice, conversation, aclient, headers
) -> None:
    await sync_to_async(say)(conversation, "assistant", "", "waiting")
    response = await aclient.post(door(conversation), {"text": "Keep me"}, headers=headers)
    assert response.status_code == 409
    assert "Keep me</textarea>" in response.text
    assert "still being written" in response.text


async def test_too_many_turns_keep_the_words_in_the_box(alice, aclient, model, settings) -> None:
    settings.TURNS_AT_ONCE = 1
    model.does(never())
    await aclient.post(NEW, {"text": "One"})
    response = await aclient.post(NEW, {"text": "Keep me"}, headers=HTMX)
    assert response.status_code == 429
    assert "Keep me</textarea>" in response.text


async def test_the_longest_message_is_taken_in_any_script(alice, aclient, model) -> None:
    model.does(never())
    response = await aclient.post(NEW, {"text": "𠀀" * LONGEST_MESSAGE})
    assert response.status_code == 302
    urlencoded = "text=" + "%F0%A0%80%80" * LONGEST_MESSAGE
    form = "application/x-www-form-urlencoded"
    assert (await aclient.post(NEW, urlencoded, content_type=form)).status_code == 302


async def test_what_is_larger_than_any_message_is_refused_with_a_page(alice, aclient) -> None:
    body = "text=" + "x" * 20_000_000
    response = await aclient.post(NEW, body, content_type="application/x-www-form-urlencoded")
    assert response.status_code in (400, 413)
    assert "<main" in response.text


async def test_with_htmx_that_refusal_leaves_the_words_in_the_box(alice, aclient) -> None:
    body = "text=" + "x" * 20_000_000
    form = "application/x-www-form-urlencoded"
    response = await aclient.post(NEW, body, content_type=form, headers=HTMX)
    assert response.headers["HX-Reswap"] == "none"
    assert "more than a message can hold" in response.text


async def test_line_ends_are_those_of_unix(alice, aclient, model) -> None:
    await aclient.post(NEW, {"text": "One\r\nTwo\r\n"})
    await until(lambda: model.requests)
    assert model.requests[0].messages[0].content == "One\nTwo"


async def test_indented_text_keeps_its_indent(alice, aclient, model) -> None:
    await aclient.post(NEW, {"text": "    code()\n"})
    await until(lambda: model.requests)
    assert model.requests[0].messages[0].content == "    code()"


async def test_the_same_form_twice_has_one_effect(alice, aclient, model) -> None:
    model.does(never())
    form = {"text": "Hi", "request_id": str(uuid4())}
    first, second = await aclient.post(NEW, form), await aclient.post(NEW, form)
    assert first.url == second.url
    assert await count() == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [("request_id", "no-uuid"), ("routing_profile", "agent-x"), ("model", "m" * 600)],
)
async def test_a_wrong_choice_is_said_and_the_words_kept(alice, aclient, field, value) -> None:
    response = await aclient.post(NEW, {"text": "Keep me", field: value}, headers=HTMX)
    assert response.status_code == 422
    assert "Keep me</textarea>" in response.text


async def test_the_choices_reach_the_conversation(alice, aclient, model) -> None:
    profile = await sync_to_async(profile_of)(alice)
    form = {"text": "Hi", "model": "echo@echo:", "prompt_profile": str(profile.public_id)}
    await aclient.post(NEW, form)
    conversation = await Conversation.objects.aget()
    assert (conversation.model_name, conversation.server) == ("echo", "echo:")
    assert conversation.prompt_profile_id == profile.id
    assert not conversation.memory_enabled  # an unticked box sends nothing


async def test_bobs_prompt_profile_cannot_be_used(alice, bob, aclient) -> None:
    profile = await sync_to_async(profile_of)(bob)
    form = {"text": "Hi", "prompt_profile": str(profile.public_id)}
    assert (await aclient.post(NEW, form)).status_code == 404
    assert await count() == 0


async def test_everybodys_prompt_profile_can_be_used(alice, aclient, model) -> None:
    profile = await sync_to_async(profile_of)(None)
    response = await aclient.post(NEW, {"text": "Hi", "prompt_profile": str(profile.public_id)})
    assert response.status_code == 302


async def test_without_any_model_the_question_is_kept_and_the_answer_says_why(
    alice, aclient, settings
) -> None:
    settings.LLM_BASE_URL = "http://127.0.0.1:9"
    await aclient.post(NEW, {"text": "Hi"})
    answer = await Message.objects.aget(role="assistant")
    live = LiveGeneration.of_message(answer.public_id)
    if live is not None:
        await live.wait()
    generation = await answer.generations.aget()
    assert generation.error_code == "server_unreachable"
    assert await count() == 2


async def test_bobs_conversation_takes_no_message_of_alices(alice, bob, aclient) -> None:
    his = await sync_to_async(conversation_of)(bob)
    before = await sync_to_async(everything)()
    assert (await aclient.post(door(his), {"text": "Hi"})).status_code == 404
    assert await sync_to_async(everything)() == before
