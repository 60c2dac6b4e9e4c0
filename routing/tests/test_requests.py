"""What is sent: constant runner options, nothing that nobody set."""

import json
from dataclasses import replace
from typing import Any

import pytest

from chatstudio.base.json_types import JsonObject
from routing.llm import openai_wire
from routing.llm.ollama import OllamaProvider
from routing.llm.ollama_wire import payload_of
from routing.tests.helpers import WEATHER, answer, asking
from routing.tests.replay import replay, transcript
from routing.types import ChatMessage, ChatRequest, Parameters, ToolCall

CALL = ToolCall("call_1", "get_weather", {"city": "Oslo"})
ROUND = ChatRequest(
    "m",
    (
        ChatMessage("user", "Weather?"),
        ChatMessage("assistant", "", tool_calls=(CALL,)),
        ChatMessage("tool", "snow", tool_call_id="call_1", tool_name="get_weather"),
    ),
)


def given(**parameters: Any) -> ChatRequest:
    return replace(asking(), parameters=Parameters(**parameters))


def test_ollama_is_never_let_to_cut_the_history_silently() -> None:
    payload = payload_of(asking())
    assert (payload["truncate"], payload["shift"], payload["stream"]) == (False, False, True)


def test_options_stay_constant_where_nobody_set_any() -> None:
    assert "options" not in payload_of(asking())
    assert payload_of(given(num_ctx=2048))["options"] == {"num_ctx": 2048}


def test_every_parameter_of_ollama_has_its_place() -> None:
    payload = payload_of(
        given(
            temperature=0.0,
            top_p=0.9,
            top_k=40,
            min_p=0.05,
            seed=0,
            num_predict=-1,
            repeat_penalty=1.1,
            stop=("END",),
            keep_alive="5m",
            thinking="low",
        )
    )
    assert payload["options"] == {
        "temperature": 0.0,
        "top_p": 0.9,
        "top_k": 40,
        "min_p": 0.05,
        "seed": 0,
        "num_predict": -1,
        "repeat_penalty": 1.1,
        "stop": ["END"],
    }
    assert (payload["keep_alive"], payload["think"]) == ("5m", "low")


def test_no_thinking_is_said_explicitly() -> None:
    assert payload_of(given(thinking=False))["think"] is False
    assert "think" not in payload_of(asking())


@pytest.mark.parametrize(("given_as", "sent"), [("300", 300), ("-1", -1), (0, 0), ("1h", "1h")])
def test_seconds_without_a_unit_are_sent_as_a_number(given_as: int | str, sent: int | str) -> None:
    assert payload_of(given(keep_alive=given_as))["keep_alive"] == sent


def test_ollama_gets_arguments_as_an_object() -> None:
    _, called, result = payload_of(ROUND)["messages"]
    function = {"name": "get_weather", "arguments": {"city": "Oslo"}}
    assert called["tool_calls"] == [{"id": "call_1", "function": function}]
    assert (result["tool_name"], result["tool_call_id"]) == ("get_weather", "call_1")


def test_openai_gets_arguments_as_text() -> None:
    _, called, result = openai_wire.payload_of(ROUND)["messages"]
    assert json.loads(called["tool_calls"][0]["function"]["arguments"]) == {"city": "Oslo"}
    assert called["tool_calls"][0]["type"] == "function"
    assert result == {"role": "tool", "content": "snow", "tool_call_id": "call_1"}


def test_openai_gets_only_what_is_set() -> None:
    payload = openai_wire.payload_of(asking())
    assert payload.keys() == {"model", "messages", "stream", "stream_options"}


def test_openai_knows_other_names() -> None:
    payload = openai_wire.payload_of(
        given(num_predict=9, num_ctx=4096, keep_alive=5, thinking=False, stop=("x",))
    )
    assert payload["max_tokens"] == 9
    assert payload["chat_template_kwargs"] == {"enable_thinking": False}
    assert payload["stop"] == ["x"]
    assert not payload.keys() & {"num_ctx", "keep_alive", "num_predict"}


def test_no_limit_is_said_to_openai_by_silence() -> None:
    assert "max_tokens" not in openai_wire.payload_of(given(num_predict=-1))


def test_images_are_plain_to_ollama_and_data_urls_to_openai() -> None:
    request = ChatRequest("m", (ChatMessage("user", "What?", images=("/9j/AAAA",)),))
    assert payload_of(request)["messages"][0]["images"] == ["/9j/AAAA"]
    text, picture = openai_wire.payload_of(request)["messages"][0]["content"]
    assert text == {"type": "text", "text": "What?"}
    assert picture["image_url"]["url"] == "data:image/jpeg;base64,/9j/AAAA"


def test_tools_are_sent_as_they_are() -> None:
    assert payload_of(asking(tools=(WEATHER,)))["tools"] == [WEATHER]


async def test_text_that_is_not_quite_unicode_can_be_sent() -> None:
    async with replay({"/api/chat": transcript("12")}) as told:
        await answer(OllamaProvider(told.url), asking("half \ud83d pair"))
    assert json.loads(told.requests[0][3])["messages"][0]["content"] == "half \ufffd pair"


SCHEMA: JsonObject = {"type": "object", "properties": {"n": {"type": "integer"}}}


def test_an_answer_of_a_given_shape_is_asked_for_on_both_wires() -> None:
    request = replace(asking(), answer_schema=SCHEMA)
    wish = {"name": "answer", "schema": SCHEMA}
    assert payload_of(request)["format"] == SCHEMA
    sent = openai_wire.payload_of(request)["response_format"]
    assert sent == {"type": "json_schema", "json_schema": wish}


def test_an_empty_schema_is_any_object_of_json() -> None:
    request = replace(asking(), answer_schema={})
    assert payload_of(request)["format"] == "json"
    assert openai_wire.payload_of(request)["response_format"] == {"type": "json_object"}
