"""A trace of each turn, made from its measured times; nothing where nobody asked for it."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings as ours
from django.utils import timezone
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from conversations.answering.course import Outcome
from conversations.answering.saving import announce
from conversations.models import ToolCall
from conversations.signals import generations_finished
from conversations.tests.talking import talk
from metrics import tracing
from metrics.tests.made import ended
from routing.errors import ServerUnreachable
from routing.types import Finished, TextDelta, Timings, Usage

pytestmark = pytest.mark.django_db(transaction=True)

REPORTED = Finished("stop", Usage(26, 50), Timings(2700.0, 500.0, 120.0, 2000.0))


@pytest.fixture
def exporter() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracing.trace_with(provider)
    yield exporter
    generations_finished.disconnect(dispatch_uid="metrics.trace")


def spans(exporter: InMemorySpanExporter) -> dict:
    return {span.name: span for span in exporter.get_finished_spans()}


def told(alice, outcome: Outcome, **how) -> None:
    announce([(ended(alice, **how), outcome)])


def milliseconds(span) -> float:
    return (span.end_time - span.start_time) / 1e6


def test_a_turn_has_its_stages_one_after_the_other(alice, exporter) -> None:
    told(alice, Outcome(REPORTED, 4000.0, time_to_first_token_ms=700.0))
    found = spans(exporter)
    stages = [found[name] for name in ("queue", "load", "prompt", "generation")]
    assert [milliseconds(one) for one in stages] == pytest.approx([80, 500, 120, 2000])
    assert [one.start_time for one in stages[1:]] == [one.end_time for one in stages[:-1]]
    assert stages[0].start_time == found["chat echo"].start_time


def test_they_all_belong_to_the_turn(alice, exporter) -> None:
    told(alice, Outcome(REPORTED, 4000.0, time_to_first_token_ms=700.0))
    found = spans(exporter)
    turn = found.pop("chat echo")
    assert turn.parent is None
    assert {span.parent.span_id for span in found.values()} == {turn.context.span_id}


def test_the_turn_says_what_it_cost(alice, exporter) -> None:
    receipt = {"parameters": {"temperature": 0.2, "num_predict": 64}}
    told(alice, Outcome(REPORTED, 4000.0, 700.0), receipt=receipt, server="http://box:11434")
    attributes = spans(exporter)["chat echo"].attributes
    assert attributes["gen_ai.operation.name"] == "chat"
    assert attributes["gen_ai.usage.input_tokens"] == 26
    assert attributes["gen_ai.usage.output_tokens"] == 50
    assert attributes["gen_ai.response.finish_reasons"] == ("stop",)
    assert attributes["gen_ai.request.temperature"] == 0.2
    assert attributes["gen_ai.request.max_tokens"] == 64
    assert (attributes["server.address"], attributes["server.port"]) == ("box", 11434)


def test_what_is_not_known_is_left_out(alice, exporter) -> None:
    told(alice, Outcome(Finished("cancelled"), 4000.0))
    assert list(spans(exporter)) == ["chat echo"]
    assert "gen_ai.usage.output_tokens" not in spans(exporter)["chat echo"].attributes


def test_a_tool_call_is_a_span_of_its_own(alice, exporter) -> None:
    generation, now = ended(alice), timezone.now()
    facts = {"generation": generation, "started_at": now, "status": "failed"}
    ToolCall.objects.create(
        call_id="c1", name="clock", finished_at=now + timedelta(seconds=1), **facts
    )
    announce([(generation, Outcome(REPORTED, 4000.0, 700.0))])
    call = spans(exporter)["execute_tool clock"]
    assert milliseconds(call) == pytest.approx(1000)
    assert call.attributes["gen_ai.tool.call.id"] == "c1"
    assert call.status.status_code is StatusCode.ERROR


async def test_a_real_turn_is_traced(alice, model, exporter) -> None:
    model.does(TextDelta("A secret answer"), REPORTED)
    await talk(alice, "A secret question", model_name="echo", server="echo:")
    turn = spans(exporter)["chat echo"]
    assert turn.attributes["chatstudio.status"] == "complete"
    assert "secret" not in str(turn.to_json())


async def test_a_failed_turn_is_an_error(alice, model, exporter) -> None:
    model.does(ServerUnreachable(server="http://box"))
    await talk(alice, model_name="echo", server="echo:")
    turn = spans(exporter)["chat echo"]
    assert turn.status.status_code is StatusCode.ERROR
    assert turn.attributes["error.type"] == "server_unreachable"


CODE = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "chatstudio.settings"
import django
django.setup()
from metrics import tracing
provider = tracing.start()
print("imported" if "opentelemetry" in sys.modules else "untouched")
if provider:
    print(provider.resource.attributes["service.name"])
    provider.get_tracer("test").start_span("hello").end()
    provider.shutdown()
"""


def run(**environment: str) -> str:
    env = {"ENV_FILE": "/dev/null", "DATA_DIR": str(ours.DATA_DIR), "SECRET_KEY": "x"}
    command = [sys.executable, "-c", CODE]
    done = subprocess.run(
        command,
        env=env | environment,
        cwd=ours.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.parametrize("chosen", [{}, {"OTEL_TRACES_EXPORTER": "none"}])
@pytest.mark.process
def test_not_asked_for_it_is_not_even_imported(chosen) -> None:
    assert run(**chosen) == "untouched\n"


@pytest.mark.process
def test_the_standard_variables_switch_it_on_and_name_it() -> None:
    printed = run(OTEL_TRACES_EXPORTER="console", OTEL_SERVICE_NAME="our-studio")
    assert printed.startswith("imported\nour-studio\n")
    assert '"name": "hello"' in printed


@pytest.mark.process
def test_without_a_name_it_is_ours() -> None:
    assert "chat-studio" in run(OTEL_TRACES_EXPORTER="console").splitlines()


def test_otlp_over_http_can_be_made(settings) -> None:
    exporter = tracing._exporter("otlp")
    assert type(exporter).__name__ == "OTLPSpanExporter"


def test_an_exporter_that_is_not_there_is_said(caplog) -> None:
    assert tracing._exporter("carrier-pigeon") is None
    assert "carrier-pigeon" in caplog.text


def test_not_installed_it_is_nothing(settings, monkeypatch) -> None:
    settings.OTEL_TRACES_EXPORTER = "otlp"
    monkeypatch.setattr(tracing, "find_spec", lambda name: None)
    assert tracing.start() is None
