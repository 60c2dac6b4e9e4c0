"""Words are saved once a second, all live answers in one transaction."""

import asyncio
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conversations.answering import runner, saving
from conversations.answering.course import Outcome
from conversations.answering.transcript import Part, Transcript
from conversations.models import MessagePart
from conversations.tests.rows import conversation_of, generation_of, say
from conversations.tests.scripted import never
from conversations.tests.talking import begin, text_of, until
from routing.types import Finished, ReasoningDelta, TextDelta


@pytest.fixture
def checkpoints(monkeypatch) -> list[dict]:
    """What each checkpoint wrote."""
    written: list[dict] = []
    real = saving.checkpoint

    def checkpoint(process_id, answers) -> None:
        written.append(answers)
        real(process_id, answers)

    monkeypatch.setattr(saving, "checkpoint", checkpoint)
    monkeypatch.setattr(runner, "CHECKPOINT_SECONDS", 0.05)
    return written


@pytest.mark.django_db(transaction=True)
async def test_a_running_answer_is_saved_while_it_grows(alice, model, checkpoints) -> None:
    model.does(TextDelta("Half"), never())
    turn = await begin(alice)
    await until(lambda: any(checkpoints))
    await asyncio.sleep(0.05)
    assert await text_of(turn.answer) == "Half"
    await turn.answer.arefresh_from_db()
    assert turn.answer.status == "generating"


@pytest.mark.django_db(transaction=True)
async def test_many_answers_share_one_checkpoint(alice, model, checkpoints, settings) -> None:
    settings.TURNS_AT_ONCE = 10
    model.does(TextDelta("Half"), never())
    runner.CHECKPOINT_SECONDS = 3.0
    for _ in range(6):
        await begin(alice)
    await until(lambda: any(checkpoints))
    assert len(checkpoints) == 1
    assert len(checkpoints[0]) == 6


@pytest.mark.django_db(transaction=True)
async def test_thoughts_that_have_ended_are_not_written_with_each_word(
    alice, model, checkpoints
) -> None:
    go = asyncio.Event()
    model.does(ReasoningDelta("Hm"), TextDelta("Half"), go, TextDelta(" more"), never())
    turn = await begin(alice)
    await until(lambda: any(checkpoints))
    go.set()
    await until(lambda: sum(map(bool, checkpoints)) == 2)
    first, second = (parts for answers in checkpoints for parts in answers.values())
    assert [part.kind for part in first] == ["reasoning", "text"]
    assert [part.kind for part in second] == ["text"]
    await until(lambda: not next(iter(runner.rows_of_live)).transcript.is_dirty)
    rows = MessagePart.objects.filter(message=turn.answer).order_by("position")
    assert [row.content async for row in rows] == ["Hm", "Half more"]


@pytest.mark.django_db(transaction=True)
async def test_what_has_not_changed_is_not_written_again(alice, model, checkpoints) -> None:
    model.does(TextDelta("Half"), never())
    await begin(alice)
    await until(lambda: len(checkpoints) >= 3)
    assert sum(bool(answers) for answers in checkpoints) == 1


@pytest.mark.django_db(transaction=True)
async def test_checkpoints_end_with_the_last_answer(alice, model, checkpoints) -> None:
    model.does(TextDelta("Half"), never())
    turn = await begin(alice)
    await runner.stop(turn.answer)
    await until(lambda: runner.this_process.checkpointing.done())


@pytest.mark.django_db(transaction=True)
async def test_a_failed_checkpoint_is_made_up_for(alice, model, checkpoints, monkeypatch) -> None:
    failures = iter([OSError()])
    real = saving.save_parts

    def save(rows) -> None:
        if error := next(failures, None):
            raise error
        real(rows)

    monkeypatch.setattr(saving, "save_parts", save)
    model.does(TextDelta("Half"), never())
    turn = await begin(alice)
    await until(lambda: len(checkpoints) >= 3)
    assert await text_of(turn.answer) == "Half"


def cost_of_saving(answers: int, owner) -> int:
    parts = {}
    for _ in range(answers):
        message = say(conversation_of(owner), "assistant", "", "waiting")
        generation_of(message)
        parts[message.id] = [Part("text", 0, "Half")]
    with CaptureQueriesContext(connection) as queries:
        saving.checkpoint(0, parts)
    return len(queries)


def test_a_checkpoint_costs_the_same_for_any_number_of_answers(alice) -> None:
    assert cost_of_saving(1, alice) == cost_of_saving(50, alice)


def test_a_conversation_that_is_gone_does_not_hinder_the_others(alice) -> None:
    message = say(conversation_of(alice), "assistant", "", "waiting")
    generation_of(message)
    parts = [Part("text", 0, "Half")]
    saving.checkpoint(0, {message.id: parts, message.id + 1000: parts})
    assert message.parts.get().content == "Half"


def test_a_later_checkpoint_replaces_the_text(alice) -> None:
    message = say(conversation_of(alice), "assistant", "", "waiting")
    generation_of(message)
    for text in ("Half", "Half and more"):
        saving.checkpoint(0, {message.id: [Part("text", 0, text)]})
    assert message.parts.get().content == "Half and more"


def test_an_answer_that_was_stopped_meanwhile_stays_stopped(alice) -> None:
    message = say(conversation_of(alice), "assistant", "", "stopped")
    generation_of(message)
    saving.checkpoint(0, {message.id: [Part("text", 0, "Half")]})
    message.refresh_from_db()
    assert message.status == "stopped"


@pytest.mark.django_db
def test_rows_are_locked_in_the_order_in_which_an_end_does(alice) -> None:
    """Else each may wait for a row of the other's in PostgreSQL, and one of them fails."""
    answer = say(conversation_of(alice), "assistant", "", "waiting")
    generation = generation_of(answer)
    end = Outcome(Finished("stop"), duration_ms=1.0)
    locked = []
    for write in (
        lambda: saving.checkpoint(0, {answer.id: [Part("text", 0, "Half")]}),
        lambda: saving.finish_generation(generation, Transcript(), end),
    ):
        with CaptureQueriesContext(connection) as statements:
            write()
        tables = ("conversations_generation", "conversations_message")
        told = [one["sql"].split(" WHERE ")[0] for one in statements]
        locked.append(next(name for sql in told for name in tables if f'"{name}"' in sql))
    assert locked == ["conversations_generation"] * 2


KB = 1000


@pytest.fixture
def clock(monkeypatch) -> Callable[[float], None]:
    """A second passes when it is told to."""
    now = [1000.0]

    def go_on(seconds: float) -> None:
        now[0] += seconds

    monkeypatch.setattr(runner, "monotonic", lambda: now[0])
    return go_on


@pytest.mark.django_db(transaction=True)
async def test_a_long_answer_is_not_written_whole_each_second(
    alice, model, monkeypatch, clock
) -> None:
    """A megabyte in fifty seconds: written each second it would be 25 MB."""
    monkeypatch.setattr(runner, "CHECKPOINT_SECONDS", 600)
    model.does(never())
    turn = await begin(alice)
    written, real = [], saving.save_parts

    def save_parts(rows) -> None:
        written.append(sum(len(row.content) for row in rows))
        real(rows)

    monkeypatch.setattr(saving, "save_parts", save_parts)
    lost = []
    for _ in range(50):
        turn.transcript.apply(TextDelta("x" * 20 * KB))
        clock(1)
        await runner._checkpoint()
        lost.append(turn.transcript.parts[0].length - max(written))
    assert sum(written) < 4_000 * KB
    assert max(lost) <= 10 * 20 * KB  # ten seconds of it
    await runner.stop(turn.answer)
    assert await text_of(turn.answer) == "x" * 1000 * KB


@pytest.mark.django_db(transaction=True)
async def test_an_answer_of_usual_length_is_written_each_second(
    alice, model, monkeypatch, clock
) -> None:
    monkeypatch.setattr(runner, "CHECKPOINT_SECONDS", 600)
    model.does(never())
    turn = await begin(alice)
    for second in range(1, 11):
        turn.transcript.apply(TextDelta("x" * 2 * KB))
        clock(1)
        await runner._checkpoint()
        assert len(await text_of(turn.answer)) == second * 2 * KB
    await runner.stop(turn.answer)
