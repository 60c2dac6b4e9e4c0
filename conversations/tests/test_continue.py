"""Continue: the same message goes on where it ended."""

import asyncio

import pytest
from asgiref.sync import sync_to_async

from conversations.answering import runner, turns
from conversations.lookup import message_for
from conversations.models import Message
from conversations.tests.rows import turn_in
from conversations.tests.scripted import never
from conversations.tests.talking import end_of, text_of
from routing.types import Finished, ReasoningDelta, TextDelta

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stopped(alice, conversation) -> Message:
    answer = turn_in(conversation, "Greet me", "Good ", status="stopped")
    return message_for(alice, conversation.public_id, answer.public_id)


@pytest.fixture
def model(model):
    model.does(TextDelta("morning"), Finished("stop"))
    return model


async def test_the_new_words_stand_behind_the_old_ones(alice, stopped, model) -> None:
    generation = await end_of(await turns.continue_answer(alice, stopped))
    assert await text_of(generation.message) == "Good morning"
    assert generation.message_id == stopped.id
    assert generation.message.status == "complete"


async def test_it_adds_a_generation_to_the_message(alice, stopped, model) -> None:
    await end_of(await turns.continue_answer(alice, stopped))
    causes = [row.cause async for row in stopped.generations.order_by("id")]
    assert causes == ["answer", "continue"]


async def test_the_request_ends_with_what_the_answer_has(alice, stopped, model) -> None:
    await end_of(await turns.continue_answer(alice, stopped))
    sent = [(message.role, message.content) for message in model.requests[0].messages]
    assert sent == [("user", "Greet me"), ("assistant", "Good ")]


async def test_the_echo_model_goes_on_for_real(alice, conversation) -> None:
    answer = await sync_to_async(turn_in)(conversation, "Good morning", "Good ", "interrupted")
    found = await sync_to_async(message_for)(alice, conversation.public_id, answer.public_id)
    generation = await end_of(await turns.continue_answer(alice, found))
    assert await text_of(generation.message) == "Good morning"


async def test_an_answer_without_text_has_nothing_to_continue(alice, conversation, model) -> None:
    answer = await sync_to_async(turn_in)(conversation, "Hi", "", "failed")
    found = await sync_to_async(message_for)(alice, conversation.public_id, answer.public_id)
    with pytest.raises(turns.TurnRefused):
        await turns.continue_answer(alice, found)


async def test_stopped_again_it_keeps_all_words(alice, stopped, model) -> None:
    model.does(TextDelta("mor"), never())
    turn = await turns.continue_answer(alice, stopped)
    await asyncio.sleep(0.05)
    await runner.stop(turn.answer)
    assert await text_of(stopped) == "Good mor"


async def test_new_reasoning_follows_the_old_text(alice, stopped, model) -> None:
    model.does(ReasoningDelta("Hm"), TextDelta("morning"), Finished("stop"))
    await end_of(await turns.continue_answer(alice, stopped))
    kinds = [part.kind async for part in stopped.parts.order_by("position")]
    assert kinds == ["text", "reasoning", "text"]
    assert await text_of(stopped) == "Good morning"


async def test_two_clicks_continue_once(alice, stopped, model) -> None:
    model.does(never())
    clicks = [
        await sync_to_async(message_for)(alice, stopped.conversation.public_id, stopped.public_id)
        for _ in range(2)
    ]
    outcomes = await asyncio.gather(
        *[turns.continue_answer(alice, message) for message in clicks], return_exceptions=True
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Turn", "TurnRefused"]
