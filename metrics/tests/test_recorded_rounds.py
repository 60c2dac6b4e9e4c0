"""Answers in several rounds as a real server has sent them: what stands in the rows, under the
answer, on the dashboard, for Prometheus and in the CSV is what was on the wire, however the answer
ends. `pytest -s` prints the table."""

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.urls import reverse

from conversations.answering import approvals, runner, turns
from conversations.lookup import tool_call_for
from conversations.models import Generation, Message, MessagePart, ToolCall
from conversations.tests.talking import begin, counted, end_of, talk, until
from routing.tests.replay import Canned, replay, transcript
from routing.tools import registry
from routing.tools.base import Risk, Tool, ToolContext

pytestmark = pytest.mark.django_db(transaction=True)

JSON = "application/json"
NAME = "qwen2.5:0.5b"
TAGS = {"models": [{"name": NAME, "digest": "d1", "capabilities": ["completion", "tools"]}]}
TOOLS = {"routing_profile": "tools", "tools_enabled": True}

CALLS = transcript("51_tools_rendered_stream")
ANSWERS = transcript("57_think_then_content")
ANSWERS_HALF = transcript("12_chat_stream")
BREAKS = transcript("67_midstream_runner_killed")
HANGS = Canned(
    b'{"message": {"role": "assistant", "content": "Sun"}, "done": false}\n', silent=True
)


@dataclass(frozen=True)
class Figures:
    """Tokens read and written, and milliseconds of writing."""

    read: int
    written: int
    writing: float

    def __str__(self) -> str:
        return f"{self.read:>4} {self.written:>3} {self.writing:>7.1f}"

    @property
    def speed(self) -> float:
        return self.written * 1000 / self.writing


def on_the_wire(*answers: Canned) -> Figures:
    """Of all rounds that have come to their last line."""
    lines = [json.loads(line) for answer in answers for line in answer.body.splitlines() if line]
    ends = [line for line in lines if line.get("done")]
    return Figures(
        sum(end["prompt_eval_count"] for end in ends),
        sum(end["eval_count"] for end in ends),
        round(sum(end["eval_duration"] for end in ends) / 1e6, 3),
    )


async def finished(alice: Any) -> None:
    await talk(alice, "Weather?", **TOOLS)


async def stopped(alice: Any) -> None:
    turn = await begin(alice, "Weather?", **TOOLS)
    said = MessagePart.objects.filter(message=turn.answer, round=1)
    for _ in range(2000):
        if await said.aexists():
            break
        await runner._checkpoint()
    await runner.stop(turn.answer)
    await end_of(turn)


async def decided(alice: Any) -> None:
    waiting = await talk(alice, "Weather?", **TOOLS)
    row = await ToolCall.objects.aget()
    place = waiting.message.conversation.public_id
    found = await sync_to_async(tool_call_for)(alice, place, row.public_id)
    await approvals.decide_on_call(alice, found, "once")
    await until(lambda: not runner.rows_of_live)


async def continued(alice: Any) -> None:
    first = await talk(alice, "Weather?", **TOOLS)
    await end_of(await turns.continue_answer(alice, first.message))


READS, WRITES = Risk.READS, Risk.WRITES
WAYS = [
    pytest.param(finished, "complete", READS, [CALLS, ANSWERS], id="finished"),
    pytest.param(finished, "failed", READS, [CALLS, BREAKS], id="failed"),
    pytest.param(stopped, "stopped", READS, [CALLS, HANGS], id="stopped"),
    pytest.param(finished, "awaiting_approval", WRITES, [CALLS], id="waiting"),
    pytest.param(decided, "complete", WRITES, [CALLS, ANSWERS], id="decided"),
    pytest.param(continued, "complete", READS, [CALLS, ANSWERS_HALF, ANSWERS], id="continued"),
]


@pytest.fixture
def weather(monkeypatch: pytest.MonkeyPatch) -> dict[str, Risk]:
    """The tool that the recorded model was offered."""
    risk = {"get_weather": Risk.READS}

    async def run(arguments: Mapping[str, Any], context: ToolContext) -> str:
        return "21 degrees"

    async def source(context: ToolContext) -> list[Tool]:
        return [Tool("get_weather", "Weather.", {"type": "object"}, risk["get_weather"], run)]

    monkeypatch.setattr(registry, "SOURCES", [source])
    return risk


def server(*answers: Canned) -> dict[str, Canned | list[Canned]]:
    show = {"capabilities": ["completion", "tools"], "model_info": {}}
    told = {"/api/tags": TAGS, "/api/show": show, "/api/ps": {"models": []}}
    known: dict[str, Canned | list[Canned]] = {
        path: Canned(json.dumps(value).encode(), content_type=JSON) for path, value in told.items()
    }
    return known | {"/api/chat": [*answers]}


@pytest.mark.parametrize(("way", "status", "risk", "answers"), WAYS)
async def test_all_figures_are_those_of_the_wire(
    alice, aclient, settings, weather, request, way, status, risk, answers
) -> None:
    weather["get_weather"] = risk
    async with replay(server(*answers)) as told:
        settings.LLM_BASE_URL = told.url
        await way(alice)
        await counted()
    message = await Message.objects.select_related("conversation").aget(role="assistant")
    assert message.status == status
    shown = {
        "wire": on_the_wire(*answers),
        "rows": await in_rows(),
        "CSV": await in_csv(aclient),
    }
    wire = shown["wire"]
    footnote, dashboard = await under_answer(aclient, message), await on_dashboard(aclient)
    scraped = await in_prometheus(aclient)
    cells = "".join(f" | {name} {value}" for name, value in shown.items())
    name = request.node.callspec.id
    print(
        f"\n{name:9} | {len(answers)} rounds{cells} | footnote {footnote[0]} at {footnote[1]}/s"
        f" | dashboard {dashboard[0]} {dashboard[1]} at {dashboard[2]}/s"
        f" | Prometheus {scraped[0]} {scraped[1]}"
    )
    assert shown["rows"] == shown["CSV"] == wire
    assert footnote == (wire.written, round(wire.speed))
    assert dashboard[:2] == scraped == (wire.read, wire.written)
    if await Generation.objects.acount() == 1:
        assert float(dashboard[2]) == pytest.approx(wire.speed, rel=0.1)


async def in_rows() -> Figures:
    receipts = [row.read_receipt() async for row in Generation.objects.all()]
    return Figures(
        sum(one.usage.input_tokens or 0 for one in receipts),
        sum(one.usage.output_tokens or 0 for one in receipts),
        round(sum(one.timings.generation_ms or 0 for one in receipts), 3),
    )


async def in_csv(aclient: Any) -> Figures:
    answer = await aclient.get(reverse("metrics_csv"))
    body = b"".join([piece async for piece in answer]).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(body)))
    return Figures(
        sum(int(row["input_tokens"] or 0) for row in rows),
        sum(int(row["output_tokens"] or 0) for row in rows),
        round(sum(float(row["generation_ms"] or 0) for row in rows), 3),
    )


async def under_answer(aclient: Any, message: Message) -> tuple[int, int]:
    """Tokens, and tokens a second."""
    page = await aclient.get(reverse("conversation", args=[message.conversation.public_id]))
    facts = re.findall(r'class="message-facts"[^>]*>(.*?)</a>', page.text, re.S)[-1]
    tokens, speed = re.search(r"([\d,]+) tokens? .* ([\d,]+) tokens/s", facts, re.S).groups()
    return int(tokens), int(speed)


async def on_dashboard(aclient: Any) -> tuple[int, int, str]:
    """Tokens read and written, and the speed that half of the answers have."""
    page = (await aclient.get(reverse("metrics"))).text
    tiles = dict(re.findall(r"<dt>([^<]*)</dt>\s*<dd[^>]*>\s*([\d.,]+)", page))
    return int(tiles["Tokens read"]), int(tiles["Tokens written"]), tiles["Speed"]


async def in_prometheus(aclient: Any) -> tuple[int, int]:
    scraped = (await aclient.get(reverse("metrics_prometheus"))).text
    found = (
        re.search(rf"^chatstudio_{name}_tokens_total{{[^}}]*}} (\S+)$", scraped, re.M)
        for name in ("input", "output")
    )
    read, written = (int(float(one[1])) for one in found)
    return read, written
