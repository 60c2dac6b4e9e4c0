"""What only programs ask of a model: a given shape, a tool that has to be called, chances of
tokens, bare text, vectors. On both protocols."""

import json
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any

import pytest

from chatstudio.base.json_types import JsonObject
from routing.errors import ContextExceeded, ModelCannot, RequestRejected
from routing.llm import ollama_wire, openai_wire
from routing.llm.by_schema import ask_by_schema, ask_twice, in_schema, meaning_of
from routing.llm.ollama import OllamaProvider
from routing.llm.openai_compatible import OpenAICompatibleProvider
from routing.llm.openai_wire import as_chat
from routing.llm.packets import numbers_in
from routing.tests.helpers import WEATHER, answer, asking, calls_of, collect, end_of, text_of
from routing.types import (
    ChatRequest,
    Event,
    Finished,
    Notice,
    Provider,
    ReasoningDelta,
    TextDelta,
    TokenChances,
    ToolCall,
    ToolCallStarted,
)
from tests.fakes.model_server import running

OTHER: JsonObject = {
    "type": "function",
    "function": {
        "name": "other",
        "parameters": {
            "type": "object",
            "properties": {"place": {"$ref": "#/$defs/Place"}},
            "required": ["place"],
            "$defs": {"Place": {"type": "object", "properties": {"city": {"type": "string"}}}},
        },
    },
}
SCHEMA: JsonObject = {"type": "object", "properties": {"n": {"type": "integer"}}}
KINDS: dict[str, Any] = {"ollama": OllamaProvider, "openai": OpenAICompatibleProvider}
both = pytest.mark.parametrize("protocol", KINDS)


async def told_by(protocol: str, model: str, request: ChatRequest) -> tuple[list[Event], Any]:
    """The events, and what the server was sent at last."""
    async with running(protocol) as (url, fake):
        provider: Provider = KINDS[protocol](url)
        events = await answer(provider, replace(request, model_name=model))
        return events, fake.seen[-1].body


@both
async def test_an_answer_fits_the_schema(protocol: str) -> None:
    events, _ = await told_by(protocol, "fast:1b", asking(answer_schema=SCHEMA))
    assert json.loads(text_of(events)) == {"n": 1}


@both
async def test_any_object_of_json(protocol: str) -> None:
    events, _ = await told_by(protocol, "fast:1b", asking(answer_schema={}))
    assert isinstance(json.loads(text_of(events)), dict)


@both
@pytest.mark.parametrize("model", ["tools:1b", "fast:1b"])
@pytest.mark.parametrize("name", ["other", ""])
async def test_a_tool_is_called_whatever_the_model_can(
    protocol: str, model: str, name: str
) -> None:
    tools = (WEATHER, OTHER) if name else (WEATHER,)
    events, _ = await told_by(protocol, model, asking(tools=tools, must_call=name))
    (call,) = calls_of(events)
    assert call.name == (name or "get_weather")
    assert list(call.arguments) == (["place"] if name else ["city"])
    assert (text_of(events), end_of(events).finish_reason) == ("", "stop")


async def test_ollama_is_sent_the_calls_as_a_schema_and_no_tools() -> None:
    request = asking(tools=(WEATHER, OTHER), must_call="other")
    _, sent = await told_by("ollama", "tools:1b", request)
    assert "tools" not in sent
    assert sent["format"]["properties"]["name"] == {"const": "other"}
    assert sent["format"]["$defs"].keys() == {"f0_Place"}
    system, user = sent["messages"]
    assert (system["role"], user["role"]) == ("system", "user")
    assert '"other"' in system["content"]
    assert "get_weather" not in system["content"]


def test_schemas_that_name_themselves_stay_apart() -> None:
    tree: JsonObject = {"type": "object", "properties": {"child": {"$ref": "#"}}}
    function: JsonObject = {"name": "plant", "parameters": tree}
    tools = (OTHER, {"type": "function", "function": function})
    schema = in_schema(asking(tools=tools, must_call="")).answer_schema or {}
    assert schema["$defs"].keys() == {"f0_Place", "f1_"}  # type: ignore[union-attr]
    (other, plant) = (way["properties"]["arguments"] for way in schema["anyOf"])  # type: ignore[union-attr, index, call-overload]
    assert other["properties"]["place"] == {"$ref": "#/$defs/f0_Place"}
    assert plant == {"$ref": "#/$defs/f1_"}


async def test_others_are_told_in_their_own_words() -> None:
    _, sent = await told_by("openai", "tools:1b", asking(tools=(WEATHER,), must_call=""))
    assert (sent["tool_choice"], sent["tools"]) == ("required", [WEATHER])
    named = openai_wire.payload_of(asking(tools=(WEATHER,), must_call="get_weather"))
    assert named["tool_choice"] == {"type": "function", "function": {"name": "get_weather"}}


@pytest.mark.parametrize(
    ("text", "calls", "words"),
    [
        ('call get_weather {"city": "Oslo"}', [ToolCall("", "get_weather", {"city": "Oslo"})], ""),
        ("Just say it", [], '{"n": 1}'),
    ],
)
async def test_on_ollama_a_model_chooses_between_tools_and_a_given_shape(
    text: str, calls: list[ToolCall], words: str
) -> None:
    request = asking(text, tools=(WEATHER,), answer_schema=SCHEMA)
    events, sent = await told_by("ollama", "fast:1b", request)
    assert [replace(call, call_id="") for call in calls_of(events)] == calls
    assert text_of(events) == words
    assert len(sent["format"]["anyOf"]) == 2


class Scripted:
    """A stream for each time that it is asked, and what it was asked."""

    def __init__(self, *streams: list[Event] | Exception) -> None:
        self.streams = list(streams)
        self.asked: list[ChatRequest] = []

    async def __call__(self, request: ChatRequest) -> AsyncGenerator[Event]:
        self.asked.append(request)
        stream = self.streams.pop(0)
        if isinstance(stream, Exception):
            raise stream
        for event in stream:
            yield event


STOP = Finished("stop")
MADE: list[Event] = [TextDelta('{"name": "get_weather", "argum'), TextDelta('ents": {}}'), STOP]
FORCED = asking(tools=(WEATHER,), must_call="")


@pytest.mark.parametrize(
    "first",
    [
        [TextDelta("It is sunny."), STOP],
        [TextDelta("It is sunny, and I talk on and on"), Finished("length")],
        [Notice("tools_unsupported"), TextDelta("Hm."), STOP],
        ModelCannot(model_name="m", capability="tools"),
        RequestRejected(server="s", detail="tool_choice must be auto"),
    ],
)
async def test_where_a_server_does_not_make_it_call_a_schema_does(first: Any) -> None:
    stream = Scripted(first, MADE)
    events = await collect(ask_twice(stream, FORCED))
    (call,) = calls_of(events)
    assert (call.name, text_of(events)) == ("get_weather", "")
    assert stream.asked[1].answer_schema
    assert (stream.asked[1].tools, stream.asked[1].must_call) == ((), None)


@pytest.mark.parametrize(
    "first",
    [
        [ToolCallStarted(ToolCall("c", "get_weather", {})), STOP],
        [ReasoningDelta("Half"), Finished("length")],
        [TextDelta("Half"), Finished("content_filter")],
    ],
)
async def test_what_it_did_at_once_stands(first: list[Event]) -> None:
    assert await collect(ask_twice(Scripted(first), FORCED)) == first


async def test_what_has_another_reason_is_not_asked_again() -> None:
    with pytest.raises(ContextExceeded):
        await collect(ask_twice(Scripted(ContextExceeded(model_name="m")), FORCED))


async def test_a_call_that_was_cut_off_is_none() -> None:
    cut = Scripted([TextDelta('{"name": "get_wea'), Finished("length")])
    events = await collect(ask_by_schema(cut, FORCED))
    assert events == [TextDelta('{"name": "get_wea'), Finished("length")]


def test_what_was_said_of_the_system_stays_at_the_beginning() -> None:
    request = in_schema(replace(FORCED, in_openais_words={"logit_bias": {}, "response_format": {}}))
    assert [message.role for message in request.messages] == ["system", "user"]
    assert request.in_openais_words == {"logit_bias": {}}


def test_a_text_that_is_no_json_stays_text() -> None:
    assert list(meaning_of("Hello")) == [TextDelta("Hello")]
    assert list(meaning_of("")) == []
    assert list(meaning_of('{"answer": {"n": 1}}')) == [TextDelta('{"n": 1}')]


@both
@pytest.mark.parametrize("is_bare", [False, True])
async def test_chances_of_tokens(protocol: str, is_bare: bool) -> None:
    request = asking("Hi there", chances=2, is_bare=is_bare)
    events, _ = await told_by(protocol, "fast:1b", request)
    told = [one for event in events if isinstance(event, TokenChances) for one in event.tokens]
    assert [one["token"] for one in told] == ["Hi ", "there"]
    assert {one["logprob"] for one in told} == {-0.5}
    assert [len(one["top_logprobs"]) for one in told] == [2, 2]  # type: ignore[arg-type]


@both
async def test_a_bare_text_is_sent_without_a_chat(protocol: str) -> None:
    events, sent = await told_by(protocol, "fast:1b", asking("Once upon", is_bare=True))
    assert (text_of(events), sent["prompt"]) == ("Once upon", "Once upon")
    assert "messages" not in sent
    assert sent.get("raw") == (True if protocol == "ollama" else None)
    assert end_of(events).usage.output_tokens == 2


def test_what_stands_behind_it_is_sent_too() -> None:
    request = asking("def f(", is_bare=True, suffix="return 1")
    ollama, openai = (wire.bare_payload_of(request) for wire in (ollama_wire, openai_wire))
    assert (ollama["suffix"], openai["suffix"]) == ("return 1", "return 1")
    assert "raw" not in ollama


def test_chances_as_llama_cpp_tells_them_of_bare_text() -> None:
    chances = {"content": [{"token": "a", "logprob": -1}]}
    (choice,) = as_chat({"choices": [{"text": "a", "logprobs": chances}]})["choices"]  # type: ignore[misc, union-attr]
    assert choice["logprobs"] == chances  # type: ignore[call-overload, index]


def test_words_of_openai_go_on_as_they_are() -> None:
    words = {"logit_bias": {"1": 2}, "response_format": {"type": "json_object"}}
    request = asking(answer_schema={}, in_openais_words=words)
    sent = openai_wire.payload_of(request)
    assert {name: sent[name] for name in words} == words
    assert "logit_bias" not in ollama_wire.payload_of(request)


@both
async def test_vectors(protocol: str) -> None:
    async with running(protocol) as (url, _):
        made = await KINDS[protocol](url).embed("embed:1b", ["a", "b"], 3)
        again = await KINDS[protocol](url).embed("embed:1b", ["b"], 3)
        with pytest.raises(ModelCannot):
            await KINDS[protocol](url).embed("fast:1b", ["a"], None)
    assert [len(vector) for vector in made.vectors] == [3, 3]
    assert (again.vectors[0], made.input_tokens) == (made.vectors[1], 2)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ([[1, 2.5]], ((1, 2.5),)),
        (["AACAPwAAAEA="], ((1.0, 2.0),)),
        (["no base64!"], ()),
        ([None], ()),
        (None, ()),
    ],
)
def test_vectors_as_servers_write_them(given: Any, found: Any) -> None:
    assert numbers_in(given) == found
