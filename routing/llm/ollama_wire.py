"""Ollama's `/api/chat`: a request as it wants it, its lines as events."""

from collections.abc import Iterator

from chatstudio.base.json_types import (
    JsonMapping,
    JsonObject,
    JsonValue,
    integer_at,
    object_at,
    objects_at,
    text_at,
)
from routing.llm.wire import finish_reason, tool_call
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
    TokenChances,
    ToolCallStarted,
    Usage,
)


def payload_of(request: ChatRequest) -> JsonObject:
    """`shift` and the runner's options are alike in every request: a change reloads the model."""
    payload: JsonObject = {
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
    if request.answer_schema is not None:
        payload["format"] = dict(request.answer_schema) or "json"
    if request.chances is not None:
        payload |= {"logprobs": True, "top_logprobs": request.chances}
    return payload


def bare_payload_of(request: ChatRequest) -> JsonObject:
    """Of `/api/generate`. A model that fills in needs its own template for that; text alone goes
    on without one."""
    payload = payload_of(request)
    del payload["messages"]
    payload["prompt"] = request.messages[-1].content
    return payload | ({"suffix": request.suffix} if request.suffix else {"raw": True})


def _add_parameters(payload: JsonObject, parameters: Parameters) -> None:
    options: JsonObject = {}
    for name, value in parameters.to_dict().items():
        parameter = BY_NAME[name]
        if not parameter.ollama:
            options[name] = value
        else:
            is_duration = parameter.kind == "duration"
            payload[parameter.ollama] = _duration(value) if is_duration else value
    if options:
        payload["options"] = options


def _duration(value: JsonValue) -> JsonValue:
    """Seconds as a text have no unit for Go, and are refused."""
    if isinstance(value, str) and value.strip().removeprefix("-").isdecimal():
        return int(value)
    return value


def _message(message: ChatMessage) -> JsonObject:
    wire: JsonObject = {"role": message.role, "content": message.content}
    if message.thoughts:
        wire["thinking"] = message.thoughts
    if message.images:
        wire["images"] = list(message.images)
    if message.tool_calls:
        wire["tool_calls"] = [
            {"id": call.call_id, "function": {"name": call.name, "arguments": dict(call.arguments)}}
            for call in message.tool_calls
        ]
    if message.role == "tool":
        wire["tool_name"] = message.tool_name
    if message.tool_call_id:
        wire["tool_call_id"] = message.tool_call_id
    return wire


def events_of(chunk: JsonMapping) -> Iterator[Event]:
    """Every part that a chunk can have: the last one may bring text and tool calls too."""
    message = object_at(chunk, "message")
    if thinking := text_at(message, "thinking"):
        yield ReasoningDelta(thinking)
    if content := text_at(message, "content") or text_at(chunk, "response"):
        yield TextDelta(content)
    if chances := objects_at(chunk, "logprobs"):
        yield TokenChances(tuple(chances))
    for call in objects_at(message, "tool_calls"):
        function = object_at(call, "function")
        name, arguments = text_at(function, "name"), function.get("arguments")
        yield ToolCallStarted(tool_call(text_at(call, "id"), name, arguments))


def read_finish(chunk: JsonMapping) -> Finished:
    """Ollama leaves a counter out when it is 0; its durations are nanoseconds."""
    return Finished(
        finish_reason(text_at(chunk, "done_reason")),
        Usage(integer_at(chunk, "prompt_eval_count") or 0, integer_at(chunk, "eval_count") or 0),
        Timings(
            total_ms=_ms(chunk, "total_duration"),
            load_ms=_ms(chunk, "load_duration"),
            prompt_ms=_ms(chunk, "prompt_eval_duration"),
            generation_ms=_ms(chunk, "eval_duration"),
        ),
    )


def _ms(chunk: JsonMapping, name: str) -> float:
    return (integer_at(chunk, name) or 0) / 1_000_000
