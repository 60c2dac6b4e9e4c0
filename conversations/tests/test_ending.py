"""However a generation ends, its row, its message and its words say so."""

import asyncio

import pytest

from conversations.answering import runner, saving
from conversations.models import Conversation
from conversations.tests.scripted import never
from conversations.tests.talking import begin, end_of, generation, talk, text_of, until
from routing.errors import ServerUnreachable
from routing.types import Finished, Notice, ReasoningDelta, TextDelta, Timings, Usage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("reason", "status"),
    [("length", "complete"), ("ended_early", "interrupted"), ("content_filter", "complete")],
)
async def test_a_reason_is_kept_as_the_server_said_it(alice, model, reason, status) -> None:
    model.does(TextDelta("Hello"), Finished(reason))
    ended = await talk(alice)
    assert (ended.finish_reason, ended.status, ended.message.status) == (reason, status, status)


async def test_a_very_long_reason_is_cut(alice, model) -> None:
    model.does(Finished("x" * 1000))
    assert (await talk(alice)).finish_reason == "x" * 64


async def test_an_error_keeps_the_text_and_says_what_happened(alice, model) -> None:
    model.does(TextDelta("Half"), ServerUnreachable(server="http://box"))
    ended = await talk(alice)
    assert await text_of(ended.message) == "Half"
    assert (ended.error_code, ended.status) == ("server_unreachable", "failed")
    assert ended.error_context == {"server": "http://box"}


async def test_an_unknown_model_fails_the_answer_and_not_the_question(alice) -> None:
    ended = await talk(alice, "Hi", model_name="gone:7b", server="echo:")
    assert (ended.error_code, ended.status) == ("model_not_found", "failed")
    assert ended.error_context["model_name"] == "gone:7b"


async def test_a_stop_keeps_the_text(alice, model) -> None:
    model.does(TextDelta("Half"), never())
    turn = await begin(alice)
    await until(lambda: runner.LiveGeneration.get(turn.generation.public_id).transcript.text)
    assert await runner.stop(turn.answer)
    ended = await generation(turn)
    assert (ended.status, ended.finish_reason) == ("stopped", "cancelled")
    assert await text_of(ended.message) == "Half"


async def test_a_stop_before_the_first_token_leaves_a_stopped_answer(alice, model) -> None:
    model.does(never())
    turn = await begin(alice)
    await runner.stop(turn.answer)
    ended = await generation(turn)
    assert ended.message.status == "stopped"
    assert await text_of(ended.message) == ""


async def test_a_stop_closes_the_connection_to_the_model(alice, model) -> None:
    model.does(TextDelta("Half"), never())
    turn = await begin(alice)
    await until(lambda: model.requests)
    await runner.stop(turn.answer)
    assert model.closed == 1


async def test_stopping_what_has_ended_is_no_error(alice, model) -> None:
    ended = await talk(alice)
    assert not await runner.stop(ended.message)


async def test_reasoning_and_text_keep_their_order_and_duration(alice, model) -> None:
    model.does(ReasoningDelta("Hm"), TextDelta("Hello"), Finished("stop"))
    ended = await talk(alice)
    parts = [part async for part in ended.message.parts.order_by("position")]
    assert [(part.kind, part.content) for part in parts] == [("reasoning", "Hm"), ("text", "Hello")]
    assert parts[0].duration_ms is not None


async def test_the_receipt_tells_what_the_server_measured(alice, model) -> None:
    model.does(
        TextDelta("Hi"),
        Finished("stop", Usage(11, 40), Timings(load_ms=100.0, generation_ms=2000.0)),
    )
    receipt = (await talk(alice)).receipt
    assert receipt["usage"] == {"input_tokens": 11, "output_tokens": 40}
    assert receipt["timings"]["load_ms"] == 100.0
    assert receipt["tokens_per_second"] == 20.0
    assert len(receipt["messages"]) == 1


async def test_a_notice_is_kept_in_the_receipt(alice, model) -> None:
    model.does(Notice("thinking_unsupported"), TextDelta("Hi"), Finished("stop"))
    assert (await talk(alice)).receipt["notices"] == ["thinking_unsupported"]


async def test_a_nul_character_cannot_break_the_saving(alice, model) -> None:
    model.does(TextDelta("a\x00b"), Finished("stop"))
    assert await text_of((await talk(alice)).message) == "a\ufffdb"


async def test_half_of_a_surrogate_pair_cannot_break_the_saving(alice, model) -> None:
    r"""JSON may hold "\ud83d" alone, and Python keeps it."""
    model.does(TextDelta("a\ud83db"), Finished("stop"))
    ended = await talk(alice)
    assert ended.status == "complete"
    assert await text_of(ended.message) == "a\ufffdb"


async def test_a_conversation_that_is_gone_meanwhile_is_no_error(alice, model, caplog) -> None:
    gate = asyncio.Event()
    model.does(TextDelta("Hello"), gate, Finished("stop"))
    turn = await begin(alice)
    await Conversation.objects.all().adelete()
    gate.set()
    live = runner.LiveGeneration.get(turn.generation.public_id)
    await live.wait()
    await asyncio.sleep(0.05)
    assert not runner.rows_of_live
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_two_answers_at_once_do_not_mix(alice, model) -> None:
    first, second = await begin(alice, "One"), await begin(alice, "Two")
    for turn in (first, second):
        assert await text_of((await end_of(turn)).message) == "Hello"


async def test_an_answer_that_could_not_be_saved_is_saved_later(alice, model, monkeypatch) -> None:
    """The database was locked for as long as saving was tried."""
    real, failures = saving.finish_generation, iter([OSError()] * 3)

    def save(*args) -> None:
        if error := next(failures, None):
            raise error
        real(*args)

    monkeypatch.setattr(saving, "finish_generation", save)
    monkeypatch.setattr("conversations.answering.generation.RETRY_SECONDS", 0.001)
    monkeypatch.setattr(runner, "CHECKPOINT_SECONDS", 0.02)
    turn = await begin(alice)
    await until(lambda: not runner.rows_of_live)
    ended = await end_of(turn)
    assert (ended.status, await text_of(ended.message)) == ("complete", "Hello")


async def test_a_database_that_is_away_for_long_costs_no_words(alice, model, monkeypatch) -> None:
    monkeypatch.setattr("conversations.answering.generation.RETRY_SECONDS", 0)
    monkeypatch.setattr("conversations.answering.generation.SAVE_ATTEMPTS", 2)
    monkeypatch.setattr(runner, "CHECKPOINT_SECONDS", 0.05)
    save, failures = saving.finish_generation, iter([True] * 4)

    def failing(*args: object) -> None:
        if next(failures, False):
            raise OSError("the disk is away")
        save(*args)

    monkeypatch.setattr(saving, "finish_generation", failing)
    turn = await begin(alice)
    await until(lambda: not runner.rows_of_live)
    ended = await generation(turn)
    assert (ended.status, await text_of(ended.message)) == ("complete", "Hello")
