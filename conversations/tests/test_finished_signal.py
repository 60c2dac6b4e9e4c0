"""generations_finished: each generation is told once, and never felt by the answer."""

from collections.abc import Iterator

import pytest

from conversations.answering import runner, saving
from conversations.answering.course import Outcome
from conversations.answering.seam import in_thread
from conversations.models import Generation
from conversations.signals import generations_finished
from conversations.tests.scripted import never
from conversations.tests.talking import begin, end_of, generation, talk, text_of, until
from routing.types import Finished, TextDelta

pytestmark = pytest.mark.django_db(transaction=True)


class Listener:
    def __init__(self) -> None:
        self.heard: list[tuple[Generation, str]] = []
        self.fails = False

    def listen(self, sender, *, ended, **kwargs) -> None:
        self.heard += [(row, outcome.finished.finish_reason) for row, outcome in ended]
        if self.fails:
            raise ZeroDivisionError


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    generations_finished.connect(listener.listen)
    yield listener
    generations_finished.disconnect(listener.listen)


@pytest.mark.parametrize("end", [Finished("stop"), Finished("length"), ZeroDivisionError()])
async def test_it_is_sent_once(alice, model, listener, end) -> None:
    model.does(TextDelta("Hi"), end)
    await talk(alice)
    assert len(listener.heard) == 1


async def test_a_stopped_generation_is_told_too(alice, model, listener) -> None:
    model.does(never())
    turn = await begin(alice)
    await runner.stop(turn.answer)
    await end_of(turn)
    assert [reason for _, reason in listener.heard] == ["cancelled"]


async def test_it_comes_after_the_row_is_saved(alice, model, listener) -> None:
    await talk(alice)
    ((told, _),) = listener.heard
    assert told.status == "complete"
    assert told.message.conversation.owner_id == alice.id


async def test_a_failing_listener_does_not_touch_the_answer(alice, model, listener) -> None:
    listener.fails = True
    ended = await talk(alice)
    assert (ended.status, await text_of(ended.message)) == ("complete", "Hello")
    assert len(listener.heard) == 1


async def test_the_outcome_tells_our_own_times(alice, model) -> None:
    outcomes = []

    def listen(sender, *, ended, **kwargs) -> None:
        outcomes.extend(outcome for _, outcome in ended)

    generations_finished.connect(listen)
    await talk(alice)
    generations_finished.disconnect(listen)
    (outcome,) = outcomes
    assert 0 <= outcome.time_to_first_token_ms <= outcome.duration_ms
    assert outcome.course.model.name == "echo"


async def test_a_stop_before_the_first_token_has_no_time_to_it(alice, model, listener) -> None:
    model.does(never())
    turn = await begin(alice)
    await runner.stop(turn.answer)
    assert (await generation(turn)).receipt["time_to_first_token_ms"] is None


async def test_one_that_could_not_be_told_is_told_with_the_next(
    alice, model, listener, monkeypatch
) -> None:
    announce, failures = runner._announce_ends, iter([RuntimeError("no more threads")])

    def fails_once(count: int) -> None:
        for error in failures:
            raise error
        announce(count)

    monkeypatch.setattr(runner, "_announce_ends", fails_once)
    await talk(alice)
    await talk(alice)
    assert len(listener.heard) == 2


async def test_what_ends_while_others_are_told_is_told_after_them(
    alice, model, listener, monkeypatch
) -> None:
    """Two tasks may be telling: one was about to end when the next answer did."""
    first, second = [(await begin(alice)).generation for _ in range(2)]
    await until(lambda: not runner.rows_of_live and not runner.ended)
    listener.heard.clear()
    outcome = Outcome(Finished("stop"), duration_ms=1.0)
    announce, later = saving.announce, [(second, outcome)]

    def slow(ended) -> None:
        announce(ended)
        while later:
            runner.ended.append(later.pop())

    monkeypatch.setattr(saving, "announce", slow)
    runner.ended.append((first, outcome))
    for count in (2, 1):
        await in_thread(runner._announce_ends, count)
    assert [row.id for row, _ in listener.heard] == [first.id, second.id]
    assert runner.ended == []
