"""How an answer that has no words, or few, is told of."""

import asyncio

import pytest
from asgiref.sync import sync_to_async

from conversations.answering import runner
from conversations.lookup import message_for
from conversations.showing.article_views import ArticleView, article_view, speed_in_words
from conversations.tests.scripted import never
from conversations.tests.talking import begin, end_of, until
from routing.types import Finished, Notice, ReasoningDelta

pytestmark = pytest.mark.django_db(transaction=True)


async def shown(alice, turn) -> ArticleView:
    keys = turn.conversation.public_id, turn.answer.public_id
    return await sync_to_async(lambda: article_view(message_for(alice, *keys)))()


async def test_a_stop_before_the_first_word(alice, conversation, model) -> None:
    model.does(never())
    turn = await begin(alice, "Hi", conversation)
    await runner.stop(turn.answer)
    await end_of(turn)
    assert (await shown(alice, turn)).outcome == "Stopped before the first word."


async def test_a_stop_among_thoughts_keeps_them(alice, conversation, model) -> None:
    model.does(ReasoningDelta("Hm"), thought := asyncio.Event(), never())
    turn = await begin(alice, "Hi", conversation)
    await until(lambda: turn.live.transcript.parts)
    thought.set()
    await runner.stop(turn.answer)
    await end_of(turn)
    assert (await shown(alice, turn)).outcome == "Stopped. What was written is kept."


async def test_thoughts_alone_can_be_tried_again(alice, conversation, model) -> None:
    model.does(ReasoningDelta("Hm"), Notice("only_thought"), Finished("stop"))
    turn = await begin(alice, "Hi", conversation)
    await end_of(turn)
    view = await shown(alice, turn)
    assert (view.outcome, view.outcome_kind) == (
        "The model only thought and wrote nothing.",
        "warning",
    )
    assert view.can_retry
    assert view.notices == ()


@pytest.mark.parametrize(
    ("tokens_per_second", "tokens", "words"),
    [
        (40.0, 20, "40 tokens/s"),
        (13_031.0, 200, ""),
        (5.0, 9, ""),
        (None, 200, ""),
        (40.0, None, ""),
    ],
)
def test_a_speed_is_told_of_what_was_long_enough(tokens_per_second, tokens, words) -> None:
    assert speed_in_words(tokens_per_second, tokens) == words
