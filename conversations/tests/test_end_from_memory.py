"""What pages see at the end of an answer is made from memory: it is what the rows say, too."""

import asyncio
import json
from unittest.mock import Mock

import pytest
from asgiref.sync import sync_to_async

from conversations.answering import generation, runner, turns
from conversations.answering.saving import part_rows
from conversations.api.events import TO_JSON
from conversations.api.streaming import shape_at_hand
from conversations.models import Generation, Message
from conversations.showing import announcing, frames
from conversations.showing.api.rows import message_now, message_shape
from conversations.showing.article_views import article_view, ended_article_view
from conversations.tests.calling import call
from conversations.tests.scripted import never
from conversations.tests.talking import begin, end_of, talk, until
from routing.errors import ServerUnreachable
from routing.types import (
    FellBack,
    Finished,
    HistoryCut,
    Notice,
    ReasoningDelta,
    Recast,
    RoundEnded,
    TextDelta,
    Timings,
    ToolCallFinished,
    Usage,
    WindowKnown,
)

pytestmark = pytest.mark.django_db(transaction=True)

TOOK = Usage(100, 20), Timings(1000.0, 100.0, 300.0, 500.0)
ENDS = {
    "complete": [TextDelta("Hello **there**"), Finished("stop", *TOOK)],
    "in a server's own words": [TextDelta("Hello"), Finished("content_filter")],
    "cut": [TextDelta("Hello\n\n```py\nprint(1)\n```"), Finished("length", *TOOK)],
    "without a word": [Finished("stop")],
    "failed": [TextDelta("Half"), ServerUnreachable(server="http://box")],
    "failed at once": [ServerUnreachable(server="http://box", reason="slow", seconds=2.5)],
    "ended early": [TextDelta("Half"), Finished("ended_early")],
    "with thoughts": [ReasoningDelta("Hm."), TextDelta("So."), ReasoningDelta("Or?")],
    "recast": [TextDelta("Hm."), Recast("reasoning", "Hm."), TextDelta("So.")],
    "with notices": [Notice("truncated"), Notice("no_words"), TextDelta("So."), Finished("stop")],
    "with a fallback": [FellBack("agent", "server_unreachable", {"server": "x"}), TextDelta("So.")],
    "with less than all": [HistoryCut(2, 1), TextDelta("So."), Finished("stop", *TOOK)],
    "with a window": [WindowKnown(8192, "loaded"), TextDelta("So."), Finished("stop", *TOOK)],
    "in rounds": [TextDelta("One"), RoundEnded(*TOOK), TextDelta("Two"), RoundEnded(*TOOK)],
    "with what is no text": [TextDelta("a\x00b\ud800c"), Finished("stop")],
    "long": [TextDelta("Many words. " * 1000), Finished("stop", *TOOK)],
}


@pytest.fixture
def shown(monkeypatch) -> list[str]:
    """How each end was made: `memory` or `rows`."""
    ways: list[str] = []
    for name, way in (("ended_article_view", "memory"), ("article_view", "rows")):
        real = getattr(announcing, name)

        def noted(*args, real=real, way=way):
            ways.append(way)
            return real(*args)

        monkeypatch.setattr(announcing, name, noted)
    return ways


def from_rows(message_id: int) -> str:
    rows = Message.objects.select_related("conversation", "feedback")
    message = rows.prefetch_related("parts__tool_call", "generations").get(id=message_id)
    return frames.article(article_view(message)) + frames.gauge([article_view(message)])


def from_memory(turn, transcript) -> str:
    view = ended_article_view(turn.generation, part_rows(turn.answer.id, transcript.parts))
    return frames.article(view) + frames.gauge([view])


@pytest.mark.parametrize("end", ENDS)
async def test_it_is_as_the_rows_have_it(alice, model, shown, end) -> None:
    model.does(*ENDS[end])
    turn = await begin(alice)
    await end_of(turn)
    assert turn.generation.answers_alone
    assert shown == ["memory"]
    seen = from_memory(turn, turn.transcript)
    assert seen == await sync_to_async(from_rows)(turn.answer.id)
    row = await Generation.objects.select_related("message__conversation").aget()
    assert turn.generation.answer.conversation.revision == row.answer.conversation.revision


@pytest.mark.parametrize("end", ENDS)
async def test_a_program_is_told_what_the_rows_have(alice, model, end) -> None:
    model.does(*ENDS[end])
    turn = await begin(alice)
    await end_of(turn)
    assert turn.live
    shape = shape_at_hand(turn)
    in_rows = await sync_to_async(message_now)(turn.answer.id)
    told = (TO_JSON(one) for one in (shape, await sync_to_async(message_shape)(in_rows)))
    first, second = map(json.loads, told)  # PostgreSQL keeps a receipt in another order
    assert first == second


async def test_a_program_is_told_no_end_that_is_not_saved(alice, model, monkeypatch) -> None:
    monkeypatch.setattr(generation, "SAVE_ATTEMPTS", 1)
    monkeypatch.setattr(runner.saving, "finish_generation", fails := Mock(side_effect=OSError))
    turn = await begin(alice)
    await until(lambda: turn.live.has_ended)
    assert fails.called
    assert shape_at_hand(turn) is None


async def test_one_that_is_stopped(alice, model, shown) -> None:
    model.does(TextDelta("Half"), never())
    turn = await begin(alice)
    await until(lambda: turn.transcript.text)
    await runner.stop(turn.answer)
    await end_of(turn)
    assert shown == ["memory"]
    seen = from_memory(turn, turn.transcript)
    assert seen == await sync_to_async(from_rows)(turn.answer.id)


TOOL = call("calculate", expression="2*3")


async def test_what_is_not_at_hand_is_read(alice, model, shown) -> None:
    """Calls of tools, another answer beside it, what was there before."""
    model.does(TOOL, ToolCallFinished(TOOL.call.call_id, "6"), TextDelta("Six"))
    await talk(alice)
    assert shown == ["rows"]
    model.does(TextDelta("Half"), Finished("length"))
    first = await talk(alice)
    shown.clear()
    await end_of(await turns.continue_answer(alice, first.message))
    assert shown == ["rows"] * 2  # it is shown as resumed first
    shown.clear()
    answer = await Message.objects.select_related("conversation", "parent").aget(
        id=first.message.id
    )
    await end_of(await turns.regenerate_answer(alice, answer))
    assert shown == ["rows"]


async def test_what_another_process_has_ended_is_read(alice, model, shown) -> None:
    """It was taken for lost, and the rows are as they were then."""
    model.does(TextDelta("Half"), hold := asyncio.Event(), Finished("stop"))
    turn = await begin(alice)
    await until(lambda: turn.transcript.text)
    await Generation.objects.aupdate(status="interrupted")
    hold.set()
    await end_of(turn)
    assert shown == ["rows"]
