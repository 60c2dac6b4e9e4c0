"""What one malformed piece of a server costs: itself, with a sentence."""

import asyncio
import json
from dataclasses import replace
from time import thread_time

import pytest
from mcp.shared.message import SessionMessage
from mcp_types import JSONRPCResponse

from chatstudio.base.json_types import JsonObject
from routing.mcp import servers
from routing.mcp.mending import Mended, text_of
from routing.mcp.tools import mcp_tools
from routing.tests.mcp.conftest import ODD
from routing.tools.base import PersonAsked, Risk, Tool, ToolContext, ToolFailed, WrongArguments

ME = ToolContext(person_id=1)
OFFERED = {
    "odd_sound",
    "odd_no_type",
    "odd_no_schema",
    "odd_same_name",
    "odd_same_name_2",
    "odd_mismatch",
    "odd_dangling_result",
    "odd_asks",
    "odd_odd_hints",
    "odd_read_resource",
}


@pytest.mark.process
async def test_an_odd_server_is_used_but_for_what_is_malformed(configure) -> None:
    configure({"odd": ODD})
    tools = {tool.name: tool for tool in await mcp_tools(ME)}
    assert set(tools) == OFFERED
    assert tools["odd_odd_hints"].risk is Risk.REACHES_OUT
    (state,) = await servers.states()
    assert (state.status, state.resources) == ("ready", 1)
    assert list(state.left_out) == [
        "The tool inner_required is not offered: its schema is malformed at properties.required: "
        "['coin'] is not of type 'object', 'boolean'.",
        "The tool unknown_type is not offered: its schema is malformed at properties.a.type: "
        "'x' is not valid under any of the given schemas.",
        "The tool dangling is not offered: its schema names #/$defs/F, which is not in it.",
        "The tool list_schema is not offered: its schema is not an object.",
        "The tool number 8 is not offered: it has no name.",
        "The tool number 9 is not offered: it has no name.",
    ]
    await results_reach_the_model(tools)
    await resources_are_read(tools["odd_read_resource"])
    await the_person_is_asked(tools["odd_asks"])
    await servers.close_all()


async def results_reach_the_model(tools: dict[str, Tool]) -> None:
    async def result_of(name: str) -> str:
        async with asyncio.timeout(5):
            return await tools[name].run({}, ME)

    assert await result_of("odd_mismatch") == 'the text\n{"m": 1}'
    assert await result_of("odd_dangling_result") == '{"s": "only structured"}'
    assert await result_of("odd_sound") == "[hologram is not shown]\na\ufffdb \ufffd c \U0001f600"
    assert await result_of("odd_no_type") == "resource text\n[resource link: b, file:///b]"
    with pytest.raises(ToolFailed, match="not JSON"):
        await result_of("odd_no_schema")


async def the_person_is_asked(tool: Tool) -> None:
    """By a server of the older protocol, which asks in the middle of a call."""
    with pytest.raises(PersonAsked) as asked:
        await tool.run({}, ME)
    assert asked.value.question.text == "Sure?"
    answered = await tool.run({}, replace(ME, answers=({"sure": True},)))
    assert json.loads(answered) == {"action": "accept", "content": {"sure": True}}
    unasked = json.loads(await tool.run({"more": 50_000}, ME))
    assert unasked["action"] == "cancel"
    together = await asyncio.gather(*(tool.run({}, ME) for _ in range(2)), return_exceptions=True)
    assert not any(isinstance(one, TimeoutError) for one in together)


async def resources_are_read(reader: Tool) -> None:
    """Only what is listed: an address of a model's own could carry something out."""
    assert reader.risk is Risk.READS
    assert "note://1: A note" in reader.description
    assert await reader.run({"uri": "note://1"}, ME) == "Buy figs"
    with pytest.raises(WrongArguments, match="note://1"):
        await reader.run({"uri": "https://example.org/?secret"}, ME)


@pytest.mark.parametrize(
    ("result", "text"),
    [
        ({"content": []}, ""),
        ({"content": [], "structuredContent": {"n": 1}}, '{"n": 1}'),
        (
            {"content": [{"type": "text", "text": "3.0"}], "structuredContent": {"result": 3.0}},
            "3.0",
        ),
        (
            {
                "content": [{"type": "text", "text": '{"a": ["x"]}'}],
                "structuredContent": {"a": ["x"]},
            },
            '{"a": ["x"]}',
        ),
        (
            {"content": [{"type": "image", "data": "iV", "mimeType": "image/png"}]},
            "[image: image/png]",
        ),
        (
            {"content": [{"type": "resource", "resource": {"uri": "f:a", "blob": "AA=="}}]},
            "[resource: f:a]",
        ),
        ({"content": ["text", None, {"text": "?"}]}, "text\n\n?"),
        ({"content": "text"}, "text"),
        ({"content": [{"type": "text", "text": {"a": 1}}]}, '{"a": 1}'),
        ({"content": [{"type": "json", "json": 1}, {"n": 1}]}, '[json is not shown]\n{"n": 1}'),
        (
            {
                "content": [{"type": "text", "text": "12 found"}],
                "structuredContent": {"n": 1},
            },
            '12 found\n{"n": 1}',
        ),
        ({"structuredContent": None}, ""),
    ],
)
def test_text_of_a_result(result, text) -> None:
    assert text_of(result) == text


def test_much_that_is_told_twice_costs_little() -> None:
    """As servers are advised to: the same as a text and as a structure."""
    rows: JsonObject = {"rows": [{"id": n, "name": f"person {n}"} for n in range(20_000)]}
    text = json.dumps(rows, indent=2)
    result: JsonObject = {"content": [{"type": "text", "text": text}], "structuredContent": rows}
    started = thread_time()
    assert text_of(result) == text
    result["structuredContent"] = {**rows, "more": 1}
    assert text_of(result) != text
    assert thread_time() - started < 20  # told apart word by word it takes minutes


def nested(depth: int) -> JsonObject:
    inner: JsonObject = {"type": "string"}
    for _ in range(depth):
        inner = {"type": "object", "properties": {"a": inner}}
    return inner


@pytest.mark.parametrize(
    ("schema", "problem"),
    [
        (nested(3_000), "its schema is nested too deep."),
        ({"$schema": ["x"]}, "its schema cannot be read."),
        ({"$schema": 5}, "its schema cannot be read."),
        ({"$defs": {"A B": {}}, "properties": {"a": {"$ref": "#/$defs/A%20B"}}}, ""),
        ({"properties": {"a": {"enum": [{"$ref": "#/x"}]}}}, ""),
    ],
)
def test_whatever_a_schema_holds_costs_its_tool_alone(schema, problem) -> None:
    mended = Mended()
    tools: JsonObject = {"tools": [{"name": "odd", "inputSchema": schema}, {"name": "sound"}]}
    answer = JSONRPCResponse(jsonrpc="2.0", id=1, result=tools)
    mended.mend(SessionMessage(answer))
    offered = [tool["name"] for tool in answer.result["tools"]]
    assert offered == (["sound"] if problem else ["odd", "sound"])
    assert mended.left_out == ([f"The tool odd is not offered: {problem}"] if problem else [])
