"""/v1/responses: items in, items out, and the events in which they come."""

import asyncio
import json
from typing import Any

import pytest

from chatstudio.base.api.errors import ApiError
from conversations.api.openai.responses.reading import wanted_response
from conversations.api.openai.responses.shapes import ResponseBody
from conversations.models import Generation
from conversations.tests.api.openai.asking import ended
from routing.errors import ServerUnreachable, StreamFailed
from routing.types import (
    ChatMessage,
    ChatRequest,
    Finished,
    ReasoningDelta,
    Recast,
    TextDelta,
    ToolCall,
    ToolCallStarted,
    Usage,
)

pytestmark = pytest.mark.django_db(transaction=True)
URL = "/v1/responses"
TOOL = {"type": "function", "name": "weather", "parameters": {"type": "object"}, "strict": True}


async def ask(aclient, given: Any = "Hello there", **more: Any) -> Any:
    body = {"model": "echo", "input": given, **more}
    return await aclient.post(URL, body, content_type="application/json")


async def events(response) -> list[dict[str, Any]]:
    text = b"".join([piece async for piece in response.streaming_content]).decode()
    told = []
    for block in text.strip().split("\n\n"):
        name, data = block.split("\n")
        told.append(json.loads(data.removeprefix("data: ")))
        assert name == f"event: {told[-1]['type']}"
    return told


def read(given: Any = "Hi", **more: Any) -> ChatRequest:
    body = ResponseBody.model_validate({"model": "m", "input": given, **more})
    return wanted_response(7, body).request


async def test_the_shape_and_the_row(aclient, alice) -> None:
    answer = (await ask(aclient, instructions="Be kind.", metadata={"a": "b"}, store=True)).json()
    row = await ended()
    assert answer["id"] == f"resp_{row.public_id.hex}"
    assert (answer["object"], answer["status"], answer["error"]) == ("response", "completed", None)
    (item,) = answer["output"]
    part = {"type": "output_text", "text": "Hello there", "annotations": [], "logprobs": []}
    assert (item["type"], item["role"], item["content"]) == ("message", "assistant", [part])
    assert answer["usage"]["total_tokens"] == 6
    assert (answer["store"], answer["metadata"]) == (False, {"a": "b"})
    assert (row.owner_id, row.cause, row.metric.status) == (alice.id, "request", "complete")


async def test_thoughts_words_and_calls_are_items_in_their_order(aclient, alice, model) -> None:
    call = ToolCallStarted(ToolCall("c1", "weather", {"city": "Wien"}))
    model.does(ReasoningDelta("Hm."), TextDelta("Well"), call, Finished("stop", Usage(5, 1)))
    answer = (await ask(aclient, tools=[TOOL])).json()
    thought, said, called = answer["output"]
    assert thought["content"] == [{"type": "reasoning_text", "text": "Hm."}]
    assert said["content"][0]["text"] == "Well"
    assert (called["call_id"], called["arguments"]) == ("c1", '{"city": "Wien"}')


async def test_an_answer_that_was_cut(aclient, alice, model) -> None:
    model.does(TextDelta("Half"), Finished("length"))
    answer = (await ask(aclient)).json()
    assert answer["status"] == "incomplete"
    assert answer["incomplete_details"] == {"reason": "max_output_tokens"}
    assert answer["usage"] is None


async def test_events_have_openais_names_and_order(aclient, alice, model) -> None:
    call = ToolCallStarted(ToolCall("c1", "weather", {"city": "Wien"}))
    said = [TextDelta("Well"), TextDelta(", yes")]
    model.does(ReasoningDelta("Hm."), *said, call, Finished("stop", Usage(5, 1)))
    told = await events(await ask(aclient, tools=[TOOL], stream=True))
    kinds = [one["type"].removeprefix("response.") for one in told]
    once = [
        kind for n, kind in enumerate(kinds) if kind != "output_text.delta" or kinds[n - 1] != kind
    ]
    assert once == [
        *("created", "in_progress"),
        *("output_item.added", "reasoning_text.delta", "reasoning_text.done", "output_item.done"),
        *("output_item.added", "content_part.added", "output_text.delta", "output_text.done"),
        *("content_part.done", "output_item.done"),
        *("output_item.added", "function_call_arguments.delta", "function_call_arguments.done"),
        *("output_item.done", "completed"),
    ]
    assert [one["sequence_number"] for one in told] == list(range(len(told)))
    done = [one["item"] for one in told if one["type"] == "response.output_item.done"]
    assert done == told[-1]["response"]["output"]
    assert [one["output_index"] for one in told if "item" in one] == [0, 0, 1, 1, 2, 2]
    deltas = [one["delta"] for one in told if one["type"] == "response.output_text.delta"]
    assert "".join(deltas) == "Well, yes"


async def test_failures(aclient, alice, model) -> None:
    model.does(ServerUnreachable(server="http://x"))
    for stream in (False, True):
        response = await ask(aclient, stream=stream)
        assert (response.status_code, response.json()["error"]["code"]) == (
            503,
            "server_unreachable",
        )


async def test_what_fails_later_is_the_last_event(aclient, alice, model) -> None:
    gate = asyncio.Event()
    model.does(TextDelta("Half"), gate, StreamFailed(server="http://x", detail="oom"))
    response = await ask(aclient, stream=True)
    gate.set()
    last = (await events(response))[-1]
    assert (last["type"], last["response"]["status"]) == ("response.failed", "failed")
    assert "oom" in last["response"]["error"]["message"]


def test_items_are_messages() -> None:
    image = {"type": "input_image", "image_url": "data:image/png;base64,iVBORw0KGgo="}
    request = read(
        [
            {"role": "user", "content": [{"type": "input_text", "text": "a"}, image]},
            {"type": "reasoning", "id": "rs_1", "summary": []},
            {"type": "message", "role": "assistant",
             "content": [{"type": "output_text", "text": "b", "annotations": []}]},
            {"type": "function_call", "call_id": "c1", "name": "weather", "arguments": "{}"},
            {"type": "function_call", "call_id": "c2", "name": "weather", "arguments": '{"a": 1}'},
            {"type": "function_call_output", "call_id": "c1", "output": "Rain"},
            {"type": "function_call_output", "call_id": "c2",
             "output": [{"type": "input_text", "text": "Sun"}]},
        ],
        instructions="Be kind.",
    )  # fmt: skip
    calls = (ToolCall("c1", "weather", {}), ToolCall("c2", "weather", {"a": 1}))
    assert request.messages == (
        ChatMessage("system", "Be kind."),
        ChatMessage("user", "a", images=("iVBORw0KGgo=",)),
        ChatMessage("assistant", "b", calls),
        ChatMessage("tool", "Rain", tool_call_id="c1", tool_name="weather"),
        ChatMessage("tool", "Sun", tool_call_id="c2", tool_name="weather"),
    )


@pytest.mark.parametrize(
    ("output", "words"), [({"a": 1}, '{"a": 1}'), (5, "5"), (None, ""), ("x", "x"), ([], "")]
)
def test_what_a_function_gave_is_told_whatever_its_type(output, words) -> None:
    item = {"type": "function_call_output", "call_id": "c", "output": output}
    assert read([item]).messages[0].content == words


def test_what_else_is_wished() -> None:
    schema = {"type": "object"}
    request = read(
        tools=[TOOL], tool_choice={"type": "function", "name": "weather"}, temperature=0.5,
        text={"format": {"type": "json_schema", "name": "x", "schema": schema}, "verbosity": "low"},
        reasoning={"effort": "high"}, max_output_tokens=9, top_logprobs=2,
    )  # fmt: skip
    assert request.tools == (
        {"type": "function", "function": {k: v for k, v in TOOL.items() if k != "type"}},
    )
    assert (request.must_call, request.answer_schema, request.chances) == ("weather", schema, 2)
    parameters = request.parameters
    assert (parameters.num_predict, parameters.thinking, parameters.temperature) == (9, "high", 0.5)
    assert request.in_openais_words["verbosity"] == "low"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"previous_response_id": "resp_1"}, "previous_response_id"),
        ({"conversation": "conv_1"}, "conversation"),
        ({"background": True}, "background"),
        ({"prompt": {"id": "p"}}, "prompt"),
        ({"tools": [{"type": "web_search"}]}, "tools.0.type"),
        ({"tools": [{"type": "function"}]}, "tools.0.name"),
        ({"given": [{"type": "item_reference", "id": "x"}]}, "input.0.type"),
        ({"given": [{"type": "web_search_call"}]}, "input.0.type"),
        ({"given": [{"role": "wizard", "content": "x"}]}, "input.0.role"),
        ({"given": [{"type": "reasoning"}]}, "input"),
        ({"given": [{"type": "function_call_output", "output": "x"}]}, "input.0.call_id"),
        ({"given": [{"type": "function_call", "call_id": "c"}]}, "input.0"),
        (
            {"given": [{"role": "user", "content": [{"type": "input_file"}]}], "instructions": "x"},
            "input.0.content.0",
        ),
        ({"text": {"format": {"type": "xml"}}}, "text.format"),
    ],
)
def test_what_is_refused_is_named(more, field) -> None:
    with pytest.raises(ApiError) as caught:
        read(**more)
    assert (caught.value.status, next(iter(caught.value.fields))) == (400, field)


@pytest.mark.parametrize(
    ("more", "param"),
    [
        ({"given": [{"role": "user", "content": [5]}]}, "input.0."),
        ({"reasoning": {"effort": 5}}, "reasoning.effort"),
        ({"stop": 5}, "stop"),
        ({"tools": [{"type": "function", "name": "x" * 200}]}, "tools.0."),
    ],
)
async def test_what_has_another_type_is_named_too(aclient, alice, more, param) -> None:
    response = await ask(aclient, **more)
    assert (response.status_code, response.json()["error"]["param"][: len(param)]) == (422, param)


async def test_what_else_programs_send_is_passed_over(aclient, alice) -> None:
    more = {"messages": 5, "n": "x", "functions": 5, "user": 5, "truncation": "auto"}
    assert (await ask(aclient, **more)).status_code == 200


async def test_what_was_refused_leaves_no_row(aclient, alice) -> None:
    response = await ask(aclient, previous_response_id="resp_1")
    assert "not kept here" in response.json()["error"]["message"]
    assert await Generation.objects.acount() == 0


async def test_what_proved_to_be_a_thought_goes_on_as_an_item_of_its_own(
    aclient, alice, model
) -> None:
    known = asyncio.Event()
    recast = (TextDelta("so"), Recast("reasoning", "Hm, so"), TextDelta("Yes"))
    model.does(TextDelta("Hm, "), known, *recast, Finished("stop"))
    response = await ask(aclient, stream=True)
    known.set()
    for one in await events(response):
        kind = one["type"].removeprefix("response.")
        if kind.startswith("output_text."):
            assert one["item_id"].startswith("msg_")
        if kind.startswith("reasoning_text."):
            assert one["item_id"].startswith("rs_")
