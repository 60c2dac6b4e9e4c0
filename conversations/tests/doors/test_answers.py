"""POST …/stop/, …/retry/ and …/continue/."""

import pytest
from asgiref.sync import sync_to_async
from django.urls import reverse

from conversations.carrying.hub import Subscription, conversation_topic, hub
from conversations.models import Message
from conversations.tests.rows import turn_in
from conversations.tests.scripted import never
from conversations.tests.talking import begin, end_of, talk
from routing.types import TextDelta

pytestmark = pytest.mark.django_db(transaction=True)

HTMX = {"HX-Request": "true"}


def door(name: str, message: Message) -> str:
    return reverse(name, args=[message.conversation.public_id, message.public_id])


async def test_stop_from_another_tab_ends_the_answer(alice, conversation, aclient, model) -> None:
    model.does(TextDelta("Half"), never())
    turn = await begin(alice, "Hi", conversation)
    response = await aclient.post(door("stop", turn.answer), headers=HTMX)
    ended = await end_of(turn)
    assert ended.status == "stopped"
    assert "Stopped." in response.text


async def test_stop_with_a_socket_answers_nothing_more(alice, conversation, aclient, model) -> None:
    model.does(never())
    turn = await begin(alice, "Hi", conversation)
    hub.subscribe(Subscription("tab-1"), conversation_topic(conversation.public_id))
    response = await aclient.post(door("stop", turn.answer), {"tab": "tab-1"}, headers=HTMX)
    assert response.status_code == 204


async def test_stop_in_a_plain_page_leads_back(alice, conversation, aclient, model) -> None:
    model.does(never())
    turn = await begin(alice, "Hi", conversation)
    response = await aclient.post(door("stop", turn.answer))
    assert response.url == reverse("conversation", args=[conversation.public_id])


async def test_stopping_what_has_ended_shows_how_it_ended(
    alice, conversation, aclient, model
) -> None:
    ended = await talk(alice, "Hi", conversation)
    response = await aclient.post(door("stop", ended.message), headers=HTMX)
    assert response.status_code == 200
    assert "Hello" in response.text


async def test_try_again_writes_another_answer(alice, conversation, aclient, model) -> None:
    ended = await talk(alice, "Hi", conversation)
    response = await aclient.post(door("retry", ended.message), headers=HTMX)
    assert response.status_code == 200
    assert await Message.objects.filter(role="assistant").acount() == 2


async def test_continue_goes_on_in_the_same_message(alice, conversation, aclient, model) -> None:
    answer = await sync_to_async(turn_in)(conversation, "Hi", "Half", "stopped")
    response = await aclient.post(door("continue_message", answer))
    assert response.status_code == 302
    assert await answer.generations.acount() == 2


async def test_what_cannot_be_is_said_in_a_toast(alice, conversation, aclient) -> None:
    first = await sync_to_async(turn_in)(conversation, "One", "Two")
    await sync_to_async(turn_in)(conversation, "Three", "Four")
    response = await aclient.post(door("continue_message", first), headers=HTMX)
    assert "Only the last answer" in response.text
    assert 'hx-swap-oob="beforeend:#toasts"' in response.text


async def test_what_cannot_be_is_said_on_a_plain_page_too(alice, conversation, aclient) -> None:
    first = await sync_to_async(turn_in)(conversation, "One", "Two")
    await sync_to_async(turn_in)(conversation, "Three", "Four")
    response = await aclient.post(door("continue_message", first))
    assert response.status_code == 409
    assert "Only the last answer" in response.text
