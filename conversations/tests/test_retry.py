"""Try again: another answer to the same question."""

import asyncio

import pytest
from asgiref.sync import sync_to_async

from conversations.answering import turns
from conversations.answering.turns.writing import Route
from conversations.lookup import message_for
from conversations.models import Conversation, Message
from conversations.tests.rows import say, turn_in
from conversations.tests.scripted import never
from conversations.tests.talking import end_of, talk

pytestmark = pytest.mark.django_db(transaction=True)


async def found(person, message: Message) -> Message:
    return await sync_to_async(message_for)(
        person, message.conversation.public_id, message.public_id
    )


async def test_it_makes_a_sibling_and_keeps_the_first(alice, model) -> None:
    first = await talk(alice, "Hi")
    turn = await turns.regenerate_answer(alice, await found(alice, first.message))
    await end_of(turn)
    children = Message.objects.filter(parent_id=first.message.parent_id).order_by("id")
    assert [row.id async for row in children] == [first.message_id, turn.answer.id]


async def test_the_new_answer_is_the_head(alice, model) -> None:
    first = await talk(alice, "Hi")
    turn = await turns.regenerate_answer(alice, await found(alice, first.message))
    conversation = await Conversation.objects.aget()
    assert conversation.head_id == turn.answer.id
    await end_of(turn)


async def test_the_first_answer_is_not_sent_again(alice, model) -> None:
    first = await talk(alice, "Hi")
    await end_of(await turns.regenerate_answer(alice, await found(alice, first.message)))
    assert [message.content for message in model.requests[-1].messages] == ["Hi"]


async def test_an_earlier_answer_can_be_tried_again_too(alice, conversation, model) -> None:
    first = await sync_to_async(turn_in)(conversation, "One", "Two")
    await sync_to_async(turn_in)(conversation, "Three", "Four")
    turn = await turns.regenerate_answer(alice, await found(alice, first))
    await end_of(turn)
    assert [message.content for message in model.requests[-1].messages] == ["One"]
    assert await Message.objects.filter(conversation=conversation).acount() == 5


async def test_by_another_route_only_this_answer_is_different(alice, conversation, model) -> None:
    first = await talk(alice, "Hi", conversation)
    route = Route("echo", "echo:", "direct")
    turn = await turns.regenerate_answer(alice, await found(alice, first.message), route)
    await end_of(turn)
    assert (turn.answer.model_name, turn.generation.strategy) == ("echo", "direct")


async def test_a_question_cannot_be_tried_again(alice, conversation, model) -> None:
    question = await sync_to_async(say)(conversation, "user", "Hi")
    with pytest.raises(turns.TurnRefused):
        await turns.regenerate_answer(alice, await found(alice, question))


async def test_an_answer_without_a_question_cannot_be_tried_again(
    alice, conversation, model
) -> None:
    greeting = await sync_to_async(say)(conversation, "assistant", "Welcome")
    with pytest.raises(turns.TurnRefused):
        await turns.regenerate_answer(alice, await found(alice, greeting))


async def test_an_answer_that_is_being_written_cannot_be_tried_again(alice, model) -> None:
    first = await talk(alice, "Hi")
    model.does(never())
    again = await turns.regenerate_answer(alice, await found(alice, first.message))
    with pytest.raises(turns.TurnRefused):
        await turns.regenerate_answer(alice, await found(alice, again.answer))


async def test_two_clicks_make_one_answer(alice, model) -> None:
    first = await talk(alice, "Hi")
    model.does(never())
    clicks = [await found(alice, first.message) for _ in range(2)]
    outcomes = await asyncio.gather(
        *[turns.regenerate_answer(alice, message) for message in clicks], return_exceptions=True
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Turn", "TurnRefused"]
    assert await Message.objects.acount() == 3
