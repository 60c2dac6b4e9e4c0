"""`/v1/chat/completions`: a request as such servers want it, its chunks as events."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest

from chatstudio.base.json_types import (
    JsonMapping,
    JsonObject,
    JsonValue,
    integer_at,
    list_at,
    number_at,
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

IMAGE_TYPES = {"/9j/": "jpeg", "R0lG": "gif", "UklG": "webp"}


def payload_of(request: ChatRequest) -> JsonObject:
    """Only what is set: OpenAI's own servers refuse names that they do not know."""
    payload: JsonObject = {
        "model": request.model_name,
        "messages": [_message(message) for message in request.messages],
        "stream": True,
        "stream_options": {"include_usage": True},
        **_parameters(request.parameters),
    }
    if request.tools:
        payload["tools"] = list(request.tools)
        if request.must_call is not None:
            payload["tool_choice"] = _choice(request.must_call)
    if request.answer_schema is not None:
        payload["response_format"] = _format(request.answer_schema)
    if request.chances is not None:
        payload |= {"logprobs": True, "top_logprobs": request.chances}
    return {**payload, **request.in_openais_words}


def bare_payload_of(request: ChatRequest) -> JsonObject:
    """Of `/v1/completions`, whose `logprobs` is a number."""
    payload = payload_of(request)
    for name in ("messages", "top_logprobs"):
        payload.pop(name, None)
    payload["prompt"] = request.messages[-1].content
    if request.suffix:
        payload["suffix"] = request.suffix
    if request.chances is not None:
        payload["logprobs"] = request.chances
    return payload


def _choice(tool: str) -> JsonValue:
    return {"type": "function", "function": {"name": tool}} if tool else "required"


def _format(schema: JsonMapping) -> JsonObject:
    if not schema:
        return {"type": "json_object"}
    return {"type": "json_schema", "json_schema": {"name": "answer", "schema": dict(schema)}}


def _parameters(parameters: Parameters) -> JsonObject:
    given = parameters.to_dict()
    # Below 0 means "no limit" to Ollama; here that is said by saying nothing.
    if (parameters.num_predict or 0) < 0:
        del given["num_predict"]
    thinking = given.pop("thinking", None)
    names = {name: BY_NAME[name].openai for name in given}
    wire: JsonObject = {names[name]: value for name, value in given.items() if names[name]}
    if isinstance(thinking, bool):
        wire["chat_template_kwargs"] = {"enable_thinking": thinking}
    elif thinking is not None:
        wire["reasoning_effort"] = "high" if thinking == "max" else thinking
    return wire


def _message(message: ChatMessage) -> JsonObject:
    wire: JsonObject = {"role": message.role, "content": message.content}
    if message.images:
        pictures: list[JsonValue] = [
            {"type": "image_url", "image_url": {"url": _url(one)}} for one in message.images
        ]
        wire["content"] = [{"type": "text", "text": message.content}, *pictures]
    if message.tool_calls:
        wire["tool_calls"] = [
            {
                "id": call.call_id,
                "type": "function",
                "function": {"name": call.name, "arguments": json.dumps(call.arguments)},
            }
            for call in message.tool_calls
        ]
    if message.tool_call_id:
        wire["tool_call_id"] = message.tool_call_id
    return wire


def _url(image: str) -> str:
    return f"data:image/{IMAGE_TYPES.get(image[:4], 'png')};base64,{image}"


def data_of(line: bytes) -> bytes:
    """What a line carries; empty for comments, blank lines and names of events.

    An error may come under a name of its own (older llama.cpp), or with no name at all.
    """
    line = line.strip()
    if line.startswith(b"{"):
        return line
    name, _, value = line.partition(b":")
    if name == b"error":
        return b'{"error":' + value + b"}"
    return value.strip() if name == b"data" else b""


@dataclass(slots=True)
class _Fragments:
    """One tool call on its way: arguments come as pieces of JSON text."""

    call_id: str = ""
    name: str = ""
    arguments: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Assembly:
    """What of a stream has to be kept until its end."""

    reason: str | None = None
    done: bool = False
    usage: Usage = field(default_factory=Usage)
    timings: Timings = field(default_factory=Timings)
    calls: dict[int, _Fragments] = field(default_factory=dict)

    def add(self, chunk: JsonMapping) -> Iterator[Event]:
        self._add_numbers(chunk)
        # Only one choice is asked for; the last chunk, with the usage, has none.
        for choice in objects_at(chunk, "choices")[:1]:
            delta = object_at(choice, "delta") or object_at(choice, "message")
            self._add_calls(delta)
            self.reason = text_at(choice, "finish_reason") or self.reason
            if reasoning := text_at(delta, "reasoning") or text_at(delta, "reasoning_content"):
                yield ReasoningDelta(reasoning)
            if content := text_at(delta, "content"):
                yield TextDelta(content)
            if chances := objects_at(object_at(choice, "logprobs"), "content"):
                yield TokenChances(tuple(chances))

    def end(self) -> Iterator[Event]:
        """Tool calls of a stream that broke off are incomplete, so they are not told."""
        if self.reason is None and not self.done:
            yield Finished("ended_early", self.usage, self.timings)
            return
        for _, call in sorted(self.calls.items()):
            arguments = "".join(call.arguments)
            yield ToolCallStarted(tool_call(call.call_id, call.name, arguments))
        yield Finished(finish_reason(self.reason or ""), self.usage, self.timings)

    def _add_numbers(self, chunk: JsonMapping) -> None:
        if usage := object_at(chunk, "usage"):
            counts = [integer_at(usage, name) for name in ("prompt_tokens", "completion_tokens")]
            self.usage = Usage(*counts)
        # llama.cpp's own measure.
        if timings := object_at(chunk, "timings"):
            self.timings = Timings(
                prompt_ms=number_at(timings, "prompt_ms"),
                generation_ms=number_at(timings, "predicted_ms"),
            )

    def _add_calls(self, delta: JsonMapping) -> None:
        for fragment in objects_at(delta, "tool_calls"):
            call = self.calls.setdefault(self._index(fragment), _Fragments())
            function = object_at(fragment, "function")
            call.call_id = call.call_id or text_at(fragment, "id")
            call.name = call.name or text_at(function, "name")
            arguments = function.get("arguments")
            whole = isinstance(arguments, dict)
            call.arguments.append(
                json.dumps(arguments) if whole else text_at(function, "arguments")
            )

    def _index(self, fragment: JsonMapping) -> int:
        """Some servers leave it out; then an id starts a new call."""
        index = integer_at(fragment, "index")
        if index is not None:
            return index
        starts = bool(text_at(fragment, "id")) or not self.calls
        return len(self.calls) if starts else max(self.calls)


def as_chat(chunk: JsonObject) -> JsonObject:
    """A chunk of `/v1/completions` as one of a chat, its chances told token by token."""
    choices: list[JsonValue] = []
    for choice in objects_at(chunk, "choices"):
        told: JsonObject = {"delta": {"content": text_at(choice, "text")}, **choice}
        if chances := object_at(choice, "logprobs"):
            told["logprobs"] = {"content": _chances(chances)}
        choices.append(told)
    return {**chunk, "choices": choices} if choices else chunk


def _chances(told: JsonMapping) -> list[JsonValue]:
    if "tokens" not in told:  # llama.cpp tells them as in a chat
        return list_at(told, "content")
    likely, others = list_at(told, "token_logprobs"), list_at(told, "top_logprobs")
    return [
        {"token": token, "logprob": chance, "bytes": None, "top_logprobs": _others(other)}
        for token, chance, other in zip_longest(list_at(told, "tokens"), likely, others)
        if isinstance(token, str)
    ]


def _others(told: JsonValue) -> list[JsonValue]:
    pairs = told.items() if isinstance(told, dict) else ()
    return [{"token": token, "logprob": chance, "bytes": None} for token, chance in pairs]
