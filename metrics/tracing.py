"""Traces of turns for OpenTelemetry: an extra, and nothing at all unless it is switched on.

The spans are made when a generation has ended, from the times that were measured anyway, so an
answer that is being written knows nothing of them. Attributes follow the gen_ai conventions; what
people and models say is never among them. Everything about where spans go is the SDK's own to read
from the standard OTEL_* variables.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import entry_points
from importlib.util import find_spec
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings

from chatstudio.base.json_types import JsonMapping, number_at
from conversations.answering.course import Ended
from conversations.models import Generation, ToolCall
from conversations.signals import generations_finished
from metrics.recording import Measured, of_outcome
from routing.parameters import PARAMETERS

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Span, Tracer
    from opentelemetry.util.types import AttributeValue

logger = logging.getLogger(__name__)

# The exporters' names as the variable has them and as their packages register them.
REGISTERED = {"otlp": "otlp_proto_http"}


def wanted_exporters() -> list[str]:
    names = [name.strip() for name in settings.OTEL_TRACES_EXPORTER.split(",")]
    return [name for name in names if name not in ("", "none")]


def is_installed() -> bool:
    return find_spec("opentelemetry") is not None and find_spec("opentelemetry.sdk") is not None


def start() -> "TracerProvider | None":
    """At the start of a server. Without exporters, or without the package, nothing is imported."""
    if not wanted_exporters() or not is_installed():
        return None
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=_resource())
    for name in wanted_exporters():
        if exporter := _exporter(name):
            provider.add_span_processor(BatchSpanProcessor(exporter))
    trace_with(provider)
    return provider


def trace_with(provider: "TracerProvider") -> None:
    """From now on every generation's end becomes a trace."""
    tracer = provider.get_tracer("chatstudio", settings.VERSION)

    def trace(sender: type, *, ended: Sequence[Ended], **kwargs: object) -> None:
        for generation, outcome in ended:
            try:
                spans_of(tracer, generation, of_outcome(outcome))
            except Exception:
                logger.exception("Generation %s could not be traced", generation.pk)

    generations_finished.connect(trace, weak=False, dispatch_uid="metrics.trace")


def _resource() -> "Resource":
    """Our name, unless OTEL_SERVICE_NAME or OTEL_RESOURCE_ATTRIBUTES has another."""
    from opentelemetry.sdk.resources import OTELResourceDetector, Resource

    ours = {"service.name": "chat-studio", "service.version": settings.VERSION}
    return Resource.create().merge(Resource(ours)).merge(OTELResourceDetector().detect())


def _exporter(name: str) -> "SpanExporter | None":
    group = "opentelemetry_traces_exporter"
    found = entry_points(group=group, name=REGISTERED.get(name, name))
    for entry in found:
        exporter: SpanExporter = entry.load()()
        return exporter
    logger.error("OTEL_TRACES_EXPORTER names %r, which is not installed", name)
    return None


def spans_of(tracer: "Tracer", generation: Generation, measured: Measured) -> None:
    """The turn with what it consisted of: waiting, loading, reading, writing, tools."""
    from opentelemetry.trace import SpanKind, set_span_in_context

    began = _nanoseconds(generation.created_at)
    ended = began + int((measured.duration_ms or 0) * 1e6)
    if generation.finished_at:
        ended = _nanoseconds(generation.finished_at)
    turn = tracer.start_span(
        f"chat {generation.model_name}".strip(),
        kind=SpanKind.CLIENT,
        start_time=began,
        attributes=attributes(generation, measured),
    )
    within, at = set_span_in_context(turn), began
    # One after the other, as far as the server said how long they took.
    for name in ("queue", "load", "prompt", "generation"):
        if ms := getattr(measured, f"{name}_ms"):
            child = tracer.start_span(name, context=within, start_time=at)
            at = min(at + int(ms * 1e6), ended)
            child.end(at)
    for call in generation.tool_calls.exclude(started_at=None):
        _tool_span(tracer, call, within, ended)
    if generation.status == "failed":
        _fail(turn, generation.error_code or "_OTHER")
    turn.end(ended)


def attributes(generation: Generation, measured: Measured) -> "dict[str, AttributeValue]":
    """Only what is known; None is no value that an attribute can have."""
    first, message = measured.time_to_first_token_ms, generation.message
    found = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "ollama" if measured.digest else "openai",
        # A request of another program belongs to no conversation.
        "gen_ai.conversation.id": str(message.conversation.public_id) if message else "",
        "gen_ai.request.model": generation.model_name,
        "gen_ai.response.model": generation.model_name,
        "gen_ai.response.id": str(generation.public_id),
        "gen_ai.response.finish_reasons": [generation.finish_reason],
        "gen_ai.usage.input_tokens": measured.input_tokens,
        "gen_ai.usage.output_tokens": measured.output_tokens,
        "gen_ai.response.time_to_first_chunk": None if first is None else first / 1000,
        "chatstudio.routing_profile": generation.strategy,
        "chatstudio.status": generation.status,
        **_address(generation.server),
        **_parameters(generation.read_receipt().parameters),
    }
    return {name: value for name, value in found.items() if value is not None and value != ""}


def _parameters(given: JsonMapping) -> dict[str, float | None]:
    traced = [one for one in PARAMETERS if one.is_traced]
    return {f"gen_ai.request.{one.openai}": number_at(given, one.name) for one in traced}


def _address(server: str) -> dict[str, str | int | None]:
    parts = urlsplit(server)
    try:
        return {"server.address": parts.hostname, "server.port": parts.port}
    except ValueError:
        return {}


def _tool_span(tracer: "Tracer", call: ToolCall, within: "Context", ended: int) -> None:
    assert call.started_at  # noqa: S101  the caller leaves the others out
    names = {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": call.name,
        "gen_ai.tool.call.id": call.call_id,
        "gen_ai.tool.type": "function",
    }
    span = tracer.start_span(
        f"execute_tool {call.name}",
        context=within,
        start_time=_nanoseconds(call.started_at),
        attributes=names,
    )
    if call.status == ToolCall.Status.FAILED:
        _fail(span, "tool_error")
    span.end(_nanoseconds(call.finished_at) if call.finished_at else ended)


def _fail(span: "Span", code: str) -> None:
    from opentelemetry.trace import Status, StatusCode

    span.set_attribute("error.type", code)
    span.set_status(Status(StatusCode.ERROR, code))


def _nanoseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000) * 1000
