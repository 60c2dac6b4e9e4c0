"""Tools that a model has to call, by a schema of all that it may say: for servers that cannot be
told to make it call one, or cannot have it choose between tools and an answer of a given shape.

The model writes one object of JSON that fits the schema, and that is read as the call, or the
answer, that it stands for.
"""

import json
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from dataclasses import replace

from chatstudio.base.json_types import (
    JsonMapping,
    JsonObject,
    JsonValue,
    object_at,
    object_in,
    parse_object,
    text_at,
)
from routing.errors import ModelCannot, RequestRejected, ServerFailed
from routing.llm.wire import tool_call
from routing.types import (
    ChatMessage,
    ChatRequest,
    Event,
    Finished,
    Notice,
    TextDelta,
    TokenChances,
    ToolCallStarted,
)

type Stream = Callable[[ChatRequest], AsyncGenerator[Event]]

ORDER = """Answer with one object of JSON and nothing else.
To call a function: {"name": "the function's name", "arguments": {"an argument": "its value"}}"""
OR_ANSWER = 'To answer without one: {"answer": your answer}'
FUNCTIONS = "The functions:"
WITHOUT_TOOLS = Notice("tools_unsupported")
PLACES = ("$defs", "definitions")
"""Where a schema keeps what it names by `$ref`, always from its root."""
HERE = "#/$defs/"


async def ask_twice(stream: Stream, request: ChatRequest) -> AsyncGenerator[Event]:
    """As the server has it first; by schema where it refuses that, or passes over it."""
    told: list[Event] = []
    try:
        async with aclosing(stream(request)) as events:
            async for event in events:
                if event == WITHOUT_TOOLS:
                    break
                told.append(event)
    except (ModelCannot, RequestRejected, ServerFailed):
        told = []
    if any(isinstance(event, ToolCallStarted) for event in told) or _ended_otherwise(told):
        for event in told:
            yield event
        return
    async with aclosing(ask_by_schema(stream, request)) as events:
        async for event in events:
            yield event


def _ended_otherwise(told: list[Event]) -> bool:
    """Not because the model talked instead: that may be up to the longest answer, too."""
    last = told[-1] if told else None
    talked = any(isinstance(event, TextDelta) and event.text.strip() for event in told)
    if not isinstance(last, Finished):
        return False
    return not (last.is_whole or (talked and last.finish_reason == "length"))


async def ask_by_schema(stream: Stream, request: ChatRequest) -> AsyncGenerator[Event]:
    said: list[str] = []
    async with aclosing(stream(in_schema(request))) as events:
        async for event in events:
            if isinstance(event, TextDelta):
                said.append(event.text)
            elif isinstance(event, Finished):
                for meant in meaning_of("".join(said)):
                    yield meant
                yield event
            elif not isinstance(event, TokenChances):  # of a text that nobody gets to see
                yield event


def in_schema(request: ChatRequest) -> ChatRequest:
    wished = request.must_call
    functions = [object_at(tool, "function") for tool in request.tools]
    offered = [one for one in functions if not wished or text_at(one, "name") == wished]
    schema = _schema_of(offered, request.answer_schema if wished is None else None)
    first, rest = _split(request.messages)
    lines = [ORDER, *([OR_ANSWER] if wished is None else []), FUNCTIONS]
    lines += [json.dumps(one, ensure_ascii=False) for one in offered]
    words = "\n".join(filter(None, [first, "\n".join(lines)]))
    return replace(request.for_schema(schema), messages=(ChatMessage("system", words), *rest))


def _split(messages: tuple[ChatMessage, ...]) -> tuple[str, tuple[ChatMessage, ...]]:
    """What a system message at the beginning says, and the others."""
    if messages and messages[0].role == "system":
        return f"{messages[0].content}\n", messages[1:]
    return "", messages


def _schema_of(functions: list[JsonObject], answer: JsonMapping | None) -> JsonObject:
    kept: JsonObject = {}
    ways: list[JsonValue] = []
    for number, function in enumerate(functions):
        arguments = _lifted(object_at(function, "parameters"), f"f{number}_", kept)
        ways.append(_object(name={"const": text_at(function, "name")}, arguments=arguments))
    if answer is not None:
        ways.append(_object(answer=_lifted(answer, "answer_", kept)))
    schema: JsonObject = {"anyOf": ways} if len(ways) > 1 else dict(_only(ways))
    return {**schema, "$defs": kept} if kept else schema


def _only(ways: list[JsonValue]) -> JsonMapping:
    return ways[0] if ways and isinstance(ways[0], dict) else {}


def _object(**properties: JsonValue) -> JsonObject:
    """Its properties come in this order, which is the order in which a model writes them."""
    return {
        "type": "object",
        "properties": properties,
        "required": [*properties],
        "additionalProperties": False,
    }


def _lifted(schema: JsonMapping, prefix: str, kept: JsonObject) -> JsonObject:
    """What it names by `$ref` is kept at the root of the whole, under a name of its own."""
    for place in PLACES:
        for name, one in object_at(schema, place).items():
            kept[prefix + name] = _renamed(one, prefix)
    found = {name: one for name, one in schema.items() if name not in (*PLACES, "$schema")}
    renamed = object_in(_renamed(found or {"type": "object"}, prefix))
    if f'"{HERE}{prefix}"' not in json.dumps([renamed, kept]):
        return renamed
    kept[prefix] = renamed  # it names itself
    return {"$ref": HERE + prefix}


def _renamed(value: JsonValue, prefix: str) -> JsonValue:
    if isinstance(value, list):
        return [_renamed(one, prefix) for one in value]
    if not isinstance(value, dict):
        return value
    told = {name: _renamed(one, prefix) for name, one in value.items()}
    ref = text_at(told, "$ref")
    if ref == "#":
        told["$ref"] = HERE + prefix
    for place in PLACES:
        if ref.startswith(at := f"#/{place}/"):
            told["$ref"] = HERE + prefix + ref.removeprefix(at)
    return told


def meaning_of(text: str) -> Iterator[Event]:
    """The call or the answer that stands in the text; what is neither stays text."""
    said = parse_object(text) or {}
    if name := text_at(said, "name"):
        yield ToolCallStarted(tool_call("", name, said.get("arguments")))
    elif "answer" in said:
        yield TextDelta(json.dumps(said["answer"], ensure_ascii=False))
    elif text:
        yield TextDelta(text)
