"""Tokens and times of answers with several rounds are of the same rounds, however they end: in the
row, under the answer, on the dashboard, for Prometheus and in the CSV."""

import asyncio
import csv
import importlib
import io
from dataclasses import dataclass

import pytest
from asgiref.sync import sync_to_async
from django.apps import apps

from conversations.answering import approvals, runner, turns
from conversations.lookup import tool_call_for
from conversations.models import Generation, Message, ToolCall
from conversations.showing.article_views import article_view
from conversations.tests.calling import call
from conversations.tests.scripted import Step, never, played
from conversations.tests.talking import begin, end_of, talk, until
from metrics import catching_up
from metrics.models import ChatMetric, MetricRollup
from metrics.tests.made import measured, receipt_of
from routing.errors import StreamFailed
from routing.types import Finished, TextDelta, Timings, Usage

pytestmark = pytest.mark.django_db(transaction=True)

TOOLS = {"routing_profile": "tools", "tools_enabled": True}
FIRST = Finished("stop", Usage(100, 20), Timings(1000.0, 100.0, 300.0, 500.0))
SECOND = Finished("stop", Usage(150, 40), Timings(2000.0, 0.0, 400.0, 1500.0))
SUM = call("calculate", expression="2*3")


@dataclass(frozen=True)
class Figures:
    """As the server counted them: tokens, and milliseconds."""

    read: int
    written: int
    load: float
    prompt: float
    writing: float

    @property
    def speed(self) -> float:
        return self.written * 1000 / self.writing


OF_FIRST = Figures(100, 20, 100.0, 300.0, 500.0)
OF_SECOND = Figures(150, 40, 0.0, 400.0, 1500.0)
OF_BOTH = Figures(250, 60, 100.0, 700.0, 2000.0)


@pytest.fixture
def says(caller):
    """The model takes these steps, a list for each time that it is asked."""

    def say(*rounds: list[Step]) -> None:
        left = list(rounds)
        caller.chat = lambda request: played(left.pop(0))

    return say


async def check(ended: Generation, wanted: Figures, footnote: str) -> None:
    metric = await ChatMetric.objects.aget(generation_id=ended.id)
    tokens = metric.input_tokens, metric.output_tokens
    times = metric.load_ms, metric.prompt_ms, metric.generation_ms
    assert Figures(*tokens, *times) == wanted
    assert metric.tokens_per_second == wanted.speed
    receipt = (await Generation.objects.aget(id=ended.id)).read_receipt()
    assert receipt.usage.output_tokens == wanted.written
    assert receipt.tokens_per_second == round(wanted.speed, 2)
    message = await sync_to_async(Message.objects.get)(id=ended.message_id)
    shown = (await sync_to_async(article_view)(message)).footnote
    assert (shown.split(" · ")[0], shown.split(" · ")[-1]) == tuple(footnote.split(" · "))


async def test_finished(alice, says) -> None:
    says([SUM, FIRST], [TextDelta("Six"), SECOND])
    await check(await talk(alice, **TOOLS), OF_BOTH, "60 tokens · 30 tokens/s")


async def test_failed(alice, says) -> None:
    says([SUM, FIRST], [TextDelta("Si"), StreamFailed(server="s", detail="gone")])
    ended = await talk(alice, **TOOLS)
    assert ended.status == "failed"
    await check(ended, OF_FIRST, "20 tokens · 40 tokens/s")


async def test_stopped(alice, says) -> None:
    says([SUM, FIRST], [TextDelta("Si"), never()])
    turn = await begin(alice, **TOOLS)
    async with asyncio.timeout(20):
        while not await ToolCall.objects.filter(status="done").aexists():
            await asyncio.sleep(0.02)
    await runner.stop(turn.answer)
    await check(await end_of(turn), OF_FIRST, "20 tokens · 40 tokens/s")


async def test_waiting_and_going_on_after_a_decision(alice, conversation, says) -> None:
    says([call("remember", fact="Eats no nuts."), FIRST], [TextDelta("Noted"), SECOND])
    first = await talk(alice, "Remember it", conversation, **TOOLS)
    assert first.status == "awaiting_approval"
    await check(first, OF_FIRST, "20 tokens · 40 tokens/s")
    row = await ToolCall.objects.aget()
    found = await sync_to_async(tool_call_for)(alice, conversation.public_id, row.public_id)
    await approvals.decide_on_call(alice, found, "once")
    await until(lambda: not (runner.rows_of_live or runner.ended))
    second = await Generation.objects.alatest("id")
    await check(second, OF_SECOND, "60 tokens · 30 tokens/s")


async def test_continued(alice, says) -> None:
    half = Finished("length", FIRST.usage, FIRST.timings)
    says([TextDelta("Half"), half], [TextDelta(" and half"), SECOND])
    first = await talk(alice)
    await check(first, OF_FIRST, "20 tokens · 40 tokens/s")
    second = await end_of(await turns.continue_answer(alice, first.message))
    await check(second, OF_SECOND, "60 tokens · 30 tokens/s")


async def test_dashboard_prometheus_and_csv_say_the_same(alice, aclient, says) -> None:
    says([SUM, FIRST], [TextDelta("Six"), SECOND])
    await talk(alice, **TOOLS)
    rollup = await MetricRollup.objects.aget(owner=alice)
    assert (rollup.input_tokens, rollup.output_tokens) == (250, 60)
    assert rollup.tokens_per_second == {"19": 1}  # 27 to 32
    answer = await aclient.get("/metrics/answers.csv")
    body = b"".join([piece async for piece in answer]).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(body))
    assert (row["output_tokens"], row["generation_ms"]) == ("60", "2000.0")
    assert row["tokens_per_second"] == "30.0"
    scraped = (await aclient.get("/metrics/prometheus")).text
    assert 'chatstudio_output_tokens_total{model="echo",profile="tools"} 60' in scraped


async def test_the_wait_in_the_queue_is_that_of_the_first_round(alice, says) -> None:
    says([SUM, FIRST], [TextDelta("Six"), SECOND])
    metric = await ChatMetric.objects.aget(generation_id=(await talk(alice, **TOOLS)).id)
    assert metric.queue_ms == max(0.0, metric.time_to_first_token_ms - 400.0)


ROUNDS = [
    {"usage": {"input_tokens": 100, "output_tokens": 20}, "timings": {"generation_ms": 500.0}},
    {"usage": {"input_tokens": 150, "output_tokens": 40}, "timings": {"generation_ms": 1500.0}},
]


def test_what_was_stored_wrongly_is_made_anew_from_the_receipt(alice) -> None:
    wrong = receipt_of(read=250, written=60, rounds=ROUNDS, tokens_per_second=40.0)
    metric, other = measured(alice, receipt=wrong), measured(alice)
    ChatMetric.objects.filter(id=metric.id).update(generation_ms=1500.0, tokens_per_second=40.0)
    migration = importlib.import_module("metrics.migrations.0003_figures_of_several_rounds")
    migration.recount(apps, None)
    metric.refresh_from_db()
    assert (metric.generation_ms, metric.tokens_per_second) == (2000.0, 30.0)
    other.refresh_from_db()
    assert other.generation_ms == 2000.0
    catching_up.count_what_never_was()
    rollup = MetricRollup.objects.get(owner=alice)
    assert rollup.tokens_per_second == {"19": 1, "26": 1}


def test_without_rounds_nothing_is_made_anew(alice) -> None:
    measured(alice, receipt=receipt_of(rounds="odd"))
    migration = importlib.import_module("metrics.migrations.0003_figures_of_several_rounds")
    migration.recount(apps, None)
    assert MetricRollup.objects.filter(owner=alice).exists()
