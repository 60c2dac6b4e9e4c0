"""The contract of LiveGeneration: however an answer ends, everybody hears of it exactly once."""

import asyncio
import contextvars
from collections.abc import AsyncGenerator
from uuid import uuid4

import pytest

from conversations.answering.generation import (
    AT_ONCE,
    REGISTRY,
    SAVE_ATTEMPTS,
    Follower,
    LiveGeneration,
)
from conversations.answering.transcript import Transcript
from conversations.tests.live.lives import (
    Saving,
    ends_of,
    heard_by,
    live_of,
    text_of,
    unclosed,
)
from conversations.tests.scripted import never
from routing.errors import ServerUnreachable
from routing.types import Event, Finished, Notice, ReasoningDelta, TextDelta

A, B, STOP = TextDelta("Good "), TextDelta("morning"), Finished("stop")


async def end_of(live: LiveGeneration) -> Finished:
    """The only Finished that a follower hears."""
    (end,) = ends_of(await heard_by(live.follow()))
    return end


async def test_a_normal_end_is_heard_once_after_the_text() -> None:
    live = live_of(A, B, STOP)
    follower = live.follow()
    live.start()
    heard = await heard_by(follower)
    assert heard == [A, B, STOP]


async def test_all_followers_hear_the_same() -> None:
    live = live_of(A, B, STOP)
    followers = [live.follow() for _ in range(5)]
    live.start()
    assert [await heard_by(follower) for follower in followers] == [[A, B, STOP]] * 5


async def test_an_unforeseen_exception_is_an_error_for_the_reader() -> None:
    end = await end_of(live_of(A, ZeroDivisionError()).start())
    assert (end.finish_reason, end.error_code) == ("error", "routing_error")


async def test_a_routing_error_keeps_its_code_and_context() -> None:
    end = await end_of(live_of(ServerUnreachable(server="http://x")).start())
    assert (end.error_code, end.error_context) == ("server_unreachable", {"server": "http://x"})


async def test_a_source_without_a_last_line_ended_early() -> None:
    assert (await end_of(live_of(A).start())).finish_reason == "ended_early"


async def test_events_after_finished_are_not_heard() -> None:
    live = live_of(STOP, B, Finished("length"))
    follower = live.follow()
    live.start()
    assert await heard_by(follower) == [STOP]


async def test_a_stop_in_the_middle_keeps_the_text() -> None:
    live = live_of(A, never(), B, STOP)
    follower = live.follow()
    live.start()
    await follower.wait()
    live.stop()
    heard = await heard_by(follower)
    assert [end.finish_reason for end in ends_of(heard)] == ["cancelled"]
    assert text_of(heard) == live.transcript.text == "Good "


async def test_a_stop_before_the_first_step_counts() -> None:
    live = live_of(A, STOP)
    follower = live.follow()
    live.start()
    live.stop()
    assert await heard_by(follower) == [Finished("cancelled")]


async def test_two_stops_are_one() -> None:
    live = live_of(A, never())
    follower = live.follow()
    live.start()
    await follower.wait()
    live.stop()
    live.stop()
    assert ends_of(await heard_by(follower)) == [Finished("cancelled")]


async def test_a_stop_while_saving_does_not_disturb_it() -> None:
    saving = Saving()
    live = live_of(STOP, saving=saving)
    follower = live.follow()
    live.start()
    while not saving.attempts:
        await asyncio.sleep(0)
    live.stop()
    assert await heard_by(follower) == [STOP]
    assert saving.saved == [STOP]


async def test_a_stop_after_the_end_changes_nothing() -> None:
    live = live_of(STOP).start()
    await live.wait()
    live.stop()
    await asyncio.sleep(0.01)
    assert live._task.exception() is None


async def test_a_stop_before_the_start_changes_nothing() -> None:
    live = live_of(A, STOP)
    live.stop()
    follower = live.follow()
    live.start()
    assert await heard_by(follower) == [A, STOP]


async def test_a_stop_closes_the_source_before_anybody_is_told() -> None:
    noted: list[str] = []
    live = LiveGeneration(uuid4(), uuid4(), unclosed(noted), Saving(), Transcript())
    follower = live.follow()
    live.start()
    await follower.wait()
    live.stop()
    await live.wait()
    assert noted == ["closed"]


async def test_finished_is_told_only_after_it_is_saved() -> None:
    saving, gate = Saving(), asyncio.Event()

    async def save(live: LiveGeneration, finished: Finished) -> None:
        await gate.wait()
        await saving(live, finished)

    live = live_of(STOP, saving=save)
    follower = live.follow()
    live.start()
    await asyncio.sleep(0.02)
    assert ends_of([event for _, event in follower.take()]) == []
    gate.set()
    assert ends_of(await heard_by(follower)) == saving.saved == [STOP]


@pytest.mark.parametrize("failures", [1, 99])
async def test_saving_that_fails_is_tried_again_and_the_end_is_told_anyway(
    failures: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conversations.answering.generation.RETRY_SECONDS", 0.0001)
    saving = Saving(failures)
    end = await end_of(live_of(STOP, saving=saving).start())
    assert (end, saving.attempts) == (STOP, min(failures + 1, SAVE_ATTEMPTS))


async def test_it_is_found_while_it_runs_and_not_afterwards() -> None:
    live = live_of(never()).start()
    assert LiveGeneration.get(live.key) is live is LiveGeneration.of_message(live.message_key)
    live.stop()
    await live.wait()
    assert live.key not in REGISTRY
    assert LiveGeneration.of_message(live.message_key) is None


async def test_its_task_starts_with_an_empty_context() -> None:
    request = contextvars.ContextVar("request", default="none")
    request.set("a request that will be over")
    seen: list[str] = []

    async def source():
        seen.append(request.get())
        yield STOP

    live = LiveGeneration(uuid4(), uuid4(), source(), Saving(), Transcript()).start()
    await live.wait()
    assert seen == ["none"]


async def test_whoever_comes_later_finds_the_beginning_in_the_transcript() -> None:
    gate = asyncio.Event()
    live = live_of(A, gate, B, STOP).start()
    while not live.transcript.text:
        await asyncio.sleep(0)
    snapshot, follower = live.transcript.text, live.follow()
    gate.set()
    assert snapshot + text_of(await heard_by(follower)) == "Good morning"


async def test_who_no_longer_follows_hears_nothing() -> None:
    live = live_of(A, STOP)
    follower = live.follow()
    live.unfollow(follower)
    live.start()
    await live.wait()
    assert follower.take() == []


async def test_a_slow_follower_overflows_is_told_and_still_hears_the_end() -> None:
    live = live_of(*[A] * (2 * Follower.LIMIT), STOP)
    follower = live.follow()
    await live.start().wait()
    await asyncio.sleep(0)
    kept = [event for _, event in follower.take()]
    assert follower.missed
    assert len(kept) <= Follower.LIMIT
    assert kept[-1] == STOP


async def test_a_fast_follower_beside_a_slow_one_misses_nothing() -> None:
    live = live_of(*[A] * (2 * Follower.LIMIT), STOP)
    live.follow()
    fast = live.follow()
    live.start()
    assert len(await heard_by(fast)) == 2 * Follower.LIMIT + 1
    assert not fast.missed


async def test_events_are_numbered_without_a_gap() -> None:
    live = live_of(A, B, STOP)
    follower = live.follow()
    await live.start().wait()
    await asyncio.sleep(0)
    assert [number for number, _ in follower.take()] == [1, 2, 3]


async def test_events_are_held_where_somebody_may_come_back() -> None:
    followed, shown = live_of(*[A] * 100, STOP), live_of(*[A] * 100, STOP)
    followed.follow(may_come_back=True)
    shown.follow()
    for live in (followed, shown):
        await live.start().wait()
        await asyncio.sleep(0)
    assert len(followed.held_after(0) or ()) == 101
    assert shown.held_after(0) is None
    assert len(shown.held_after(99) or ()) == 2


async def test_the_first_delta_is_timed_also_where_it_is_reasoning() -> None:
    live = live_of(Notice("tools_unsupported"), ReasoningDelta("Hm"), STOP).start()
    await live.wait()
    assert live.first_delta_at is not None
    assert live.course.notices == ["tools_unsupported"]


async def test_an_answer_without_a_word_has_no_first_delta() -> None:
    live = live_of(STOP).start()
    await live.wait()
    assert live.first_delta_at is None


async def test_a_model_that_floods_leaves_their_turn_to_all_others() -> None:
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(others())

    async def flood() -> AsyncGenerator[Event]:
        for _ in range(320):
            yield A
        yield STOP

    live = LiveGeneration(uuid4(), uuid4(), flood(), Saving(), Transcript()).start()
    await live.wait()
    task.cancel()
    assert turns > 320 / AT_ONCE


async def test_what_is_held_and_told_never_exceeds_the_bound() -> None:
    live = live_of(TextDelta("é" * 10_000), Finished("stop"))
    live.longest = 1_001
    heard = heard_by(live.follow())
    live.start()
    told = await heard
    assert text_of(told) == live.transcript.text == "é" * 500
    assert ends_of(told) == [Finished("too_long")]


async def test_an_answer_that_fills_its_room_ends() -> None:
    live = live_of(TextDelta("abc"), TextDelta("def"), Finished("stop"))
    live.longest = 3
    heard = heard_by(live.follow())
    live.start()
    told = await heard
    assert (text_of(told), ends_of(told)) == ("abc", [Finished("too_long")])
