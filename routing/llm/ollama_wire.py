"""Ollama's `/api/chat`: a request as it wants it, its lines as events."""

from collections.abc import Iterator, Mapping
from typing import Any

from routing.llm.wire import finish_reason, items, number, part, text, tool_call
from routing.parameters import BY_NAME
from routing.types import (
    ChatMessage,
    ChatRequest,
    Event,
    Finished,
    Parameters,
    ReasoningDelta,
    TextDelta,
    Timings,
    ToolCallStarted,
    Usage,
)


def payload_of(request: ChatRequest) -> dict[str, Any]:
    """`shift` and the runner's options are alike in every request: a change reloads the model."""
    payload: dict[str, Any] = {
        "model": request.model_name,
        "messages": [_message(message) for message in request.messages],
        "stream": True,
        # By default Ollama leaves the oldest messages out and does not say so.
        "truncate": False,
        "shift": False,
    }
    _add_parameters(payload, request.parameters)
    if request.tools:
        payload["tools"] = list(request.tools)
    return payload


def _add_parameters(payload: dict[str, Any], parameters: Parameters) -> None:
    options = {}
    for name, value in parameters.to_dict().items():
        parameter = BY_NAME[name]
        if not parameter.ollama:
            options[name] = value
        else:
            is_duration = parameter.kind == "duration"
            payload[parameter.ollama] = _duration(value) if is_duration else value
    if options:
        payload["options"] = options


def _duration(value: int | str) -> int | str:
    """Seconds as a text have no unit for Go, and are refused."""
    is_number = isinstance(value, str) and value.strip().removeprefix("-").isdecimal()
    return int(value) if is_number else value


def _message(message: ChatMessage) -> dict[str, Any]:
    wire: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.images:
        wire["images"] = list(message.images)
    if message.tool_calls:
        wire["tool_calls"] = [
            {"id": call.call_id, "function": {"name": call.name, "arguments": call.arguments}}
            for call in message.tool_calls
        ]
    if message.tool_name:
        wire["tool_name"] = message.tool_name
    if message.tool_call_id:
        wire["tool_call_id"] = message.tool_call_id
    return wire


def events_of(chunk: Mapping[str, Any]) -> Iterator[Event]:
    """Every part that a chunk can have: the last one may bring text and tool calls too."""
    message = part(chunk, "message")
    if thinking := text(message, "thinking"):
        yield ReasoningDelta(thinking)
    if content := text(message, "content"):
        yield TextDelta(content)
    for call in items(message, "tool_calls"):
        function = part(call, "function")
        name, arguments = text(function, "name"), function.get("arguments")
        yield ToolCallStarted(tool_call(text(call, "id"), name, arguments))


def finished(chunk: Mapping[str, Any]) -> Finished:
    """Ollama leaves a counter out when it is 0; its durations are nanoseconds."""
    return Finished(
        finish_reason(text(chunk, "done_reason")),
        Usage(number(chunk, "prompt_eval_count") or 0, number(chunk, "eval_count") or 0),
        Timings(
            total_ms=_ms(chunk, "total_duration"),
            load_ms=_ms(chunk, "load_duration"),
            prompt_ms=_ms(chunk, "prompt_eval_duration"),
            generation_ms=_ms(chunk, "eval_duration"),
        ),
    )


def _ms(chunk: Mapping[str, Any], name: str) -> float:
    return (number(chunk, name) or 0) / 1_000_000
