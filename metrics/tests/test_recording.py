"""One ChatMetric for each generation, with what the server reported."""

import subprocess
import sys

import pytest
from asgiref.sync import sync_to_async

from conversations.answering import runner, turns
from conversations.answering import source as answering
from conversations.answering.processes import interrupt_lost_generations, register_process
from conversations.models import Generation, ServerProcess, ToolCall
from conversations.tests.rows import generation_of, profile_of, say
from conversations.tests.scripted import never
from conversations.tests.talking import begin, end_of, talk, text_of
from metrics import recording
from metrics.models import ChatMetric, MetricRollup
from metrics.recording import of_receipt, save_all
from metrics.rollups import rebuild
from metrics.tests.made import ended, measured, receipt_of
from routing.errors import ServerUnreachable
from routing.types import Finished, ModelInfo, TextDelta, Timings, Usage

pytestmark = pytest.mark.django_db(transaction=True)

REPORTED = Finished(
    "stop",
    Usage(input_tokens=26, output_tokens=50),
    Timings(total_ms=2700.0, load_ms=500.5, prompt_ms=120.0, generation_ms=2000.0),
)


async def metric_of(ended: Generation) -> ChatMetric:
    return await ChatMetric.objects.aget(generation_id=ended.id)


async def test_what_the_server_reported_is_kept_to_the_unit(alice, model) -> None:
    model.does(TextDelta("Hi"), REPORTED)
    metric = await metric_of(await talk(alice))
    assert (metric.input_tokens, metric.output_tokens) == (26, 50)
    assert (metric.load_ms, metric.prompt_ms, metric.generation_ms) == (500.5, 120.0, 2000.0)
    assert metric.tokens_per_second == 25.0


async def test_our_own_clock_tells_the_rest(alice, model) -> None:
    metric = await metric_of(await talk(alice))
    assert 0 < metric.time_to_first_token_ms <= metric.duration_ms < 60_000


async def test_it_names_who_asked_what_and_how(alice, model) -> None:
    metric = await metric_of(await talk(alice, model_name="echo", server="echo:"))
    assert metric.owner_id == alice.id
    assert (metric.strategy, metric.model_name, metric.server) == ("direct", "echo", "echo:")
    assert (metric.status, metric.finish_reason) == ("complete", "stop")


async def test_what_the_server_did_not_say_stays_empty(alice, model) -> None:
    metric = await metric_of(await talk(alice))
    assert metric.input_tokens is metric.tokens_per_second is metric.load_ms is None


async def test_the_models_digest_is_kept(alice, model, monkeypatch) -> None:
    async def choose(name, server):
        return ModelInfo("echo", "echo:", digest="sha256:" + "a" * 64)

    monkeypatch.setattr(answering, "choose_model", choose)
    assert (await metric_of(await talk(alice))).model_digest == "sha256:" + "a" * 64


async def test_each_generation_has_one(alice, model) -> None:
    first = await talk(alice)
    await talk(alice, "And now?", first.message.conversation)
    assert await ChatMetric.objects.acount() == await Generation.objects.acount() == 2


async def test_the_same_end_told_twice_is_one_metric(alice, model) -> None:
    ended = await talk(alice)
    metric = await metric_of(ended)
    assert metric.generation_id == ended.id
    assert await ChatMetric.objects.acount() == 1


async def test_an_error_has_one(alice, model) -> None:
    model.does(ServerUnreachable(server="http://box"))
    metric = await metric_of(await talk(alice))
    assert (metric.status, metric.error_code) == ("failed", "server_unreachable")
    assert metric.time_to_first_token_ms is None


async def test_a_stopped_one_has_one(alice, model) -> None:
    model.does(TextDelta("Half"), never())
    turn = await begin(alice)
    await runner.stop(turn.answer)
    metric = await metric_of(await end_of(turn))
    assert (metric.status, metric.finish_reason) == ("stopped", "cancelled")


@pytest.mark.process
def test_an_interrupted_one_has_one(alice, conversation) -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    dead = register_process()
    ServerProcess.objects.filter(id=dead.id).update(pid=child.pid)
    lost = generation_of(say(conversation, "assistant", "Half", "generating"), process=dead)
    interrupt_lost_generations(None)
    metric = ChatMetric.objects.get(generation=lost)
    assert (metric.status, metric.finish_reason) == ("interrupted", "interrupted")
    assert metric.duration_ms > 0


async def test_the_prompt_profile_is_kept_by_name(alice, model) -> None:
    profile = await sync_to_async(profile_of)(alice)
    metric = await metric_of(await talk(alice, prompt_profile=profile))
    assert metric.prompt_profile_name == "Pirate"


def recorded(alice, receipt: dict) -> ChatMetric:
    return measured(alice, receipt=receipt_of(**receipt))


def test_what_was_left_out_and_the_fallback_are_kept(alice) -> None:
    receipt = {
        "route": {"strategy": "direct"},
        "left_out": {"messages": 4, "turns": 2},
        "fallback": {"from": "agent", "code": "agent_unreachable"},
        "window": {"tokens": 4096, "source": "loaded"},
    }
    metric = measured(alice, receipt=receipt_of(**receipt), strategy="agent")
    assert (metric.messages_left_out, metric.fallback) == (4, "agent")
    assert metric.strategy == "direct"
    assert metric.metric_metadata["fallback_code"] == "agent_unreachable"
    assert metric.metric_metadata["window_tokens"] == 4096


@pytest.mark.parametrize("odd", [None, "x", 3, [], {"messages": "many", "from": None}])
def test_a_receipt_that_nobody_foresaw_is_no_mistake(alice, odd) -> None:
    metric = recorded(alice, {"left_out": odd, "fallback": odd, "window": odd})
    assert (metric.messages_left_out, metric.fallback) == (0, "")


def test_tool_calls_are_counted(alice) -> None:
    generation = ended(alice)
    for number in range(3):
        ToolCall.objects.create(generation=generation, call_id=str(number), name="clock")
    save_all([generation], of_receipt)
    assert ChatMetric.objects.get(generation=generation).tool_calls == 3


def test_the_wait_in_the_queue_is_estimated(alice) -> None:
    assert recorded(alice, {"first": 500.0}).queue_ms == 350.0


def test_a_generation_that_is_gone_leaves_no_metric(alice, conversation) -> None:
    generation = ended(alice, conversation=conversation)
    Generation.objects.all().delete()
    save_all([generation], of_receipt)
    assert not ChatMetric.objects.exists()


async def test_a_continued_answer_has_one_for_each_generation(alice, model) -> None:
    model.does(TextDelta("Half"), Finished("length"))
    first = await talk(alice)
    turn = await turns.continue_answer(alice, first.message)
    await end_of(turn)
    causes = [metric.metric_metadata["cause"] async for metric in ChatMetric.objects.order_by("id")]
    assert causes == ["answer", "continue"]
    assert (await MetricRollup.objects.aget(owner=alice)).answers == 2


async def test_a_failing_metric_is_logged_and_never_felt(alice, model, monkeypatch, caplog) -> None:
    def fail(*args):
        raise ZeroDivisionError

    monkeypatch.setattr(recording, "values", fail)
    ended = await talk(alice)
    assert (ended.status, await text_of(ended.message)) == ("complete", "Hello")
    assert "could not be made" in caplog.text
    assert not await ChatMetric.objects.aexists()


def test_a_failing_metric_costs_no_other_one_its_own(alice, caplog) -> None:
    bad, *good = (ended(alice) for _ in range(3))

    def measure(generation: Generation) -> recording.Measured:
        if generation == bad:
            raise ZeroDivisionError
        return of_receipt(generation)

    assert save_all([bad, *good], measure) == 2
    assert {metric.generation for metric in ChatMetric.objects.all()} == set(good)
    assert MetricRollup.objects.get(owner=alice).answers == 2
    assert f"generation {bad.pk} could not be made" in caplog.text


def test_many_recorded_again_at_once_count_once(alice) -> None:
    many = [ended(alice) for _ in range(4)]
    save_all(many[:2], of_receipt)
    save_all(many, of_receipt)
    assert ChatMetric.objects.count() == MetricRollup.objects.get(owner=alice).answers == 4


def test_what_rollups_count_at_once_is_what_is_counted_anew(alice, bob) -> None:
    save_all([ended((alice, bob)[number % 2]) for number in range(5)], of_receipt)
    rows = [field.attname for field in MetricRollup._meta.concrete_fields if field.name != "id"]
    before = [*MetricRollup.objects.order_by("owner").values(*rows)]
    list(rebuild())
    assert [*MetricRollup.objects.order_by("owner").values(*rows)] == before
