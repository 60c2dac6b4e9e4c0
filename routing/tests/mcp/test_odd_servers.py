"""What one malformed piece of a server costs: itself, with a sentence."""

import asyncio
import json
import sys
from dataclasses import replace
from pathlib import Path
from time import thread_time

import pytest
from mcp.shared.message import SessionMessage
from mcp_types import JSONRPCResponse

from chatstudio.base.json_types import JsonObject
from routing.mcp import servers
from routing.mcp.mending import Mended, text_of
from routing.mcp.tools import mcp_tools
from routing.tools.base import PersonAsked, Risk, Tool, ToolContext, ToolFailed, WrongArguments

ME = ToolContext(person_id=1)
ODD = {"command": sys.executable, "args": [str(Path(__file__).parent / "odd_server.py")]}
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
        ({"content": ["text", None, {"text": "?"}]}, "[content is not shown]"),
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
    assert thread_time() - started < 3


def _nested(depth: int) -> JsonObject:
    schema: JsonObject = {}
    for _ in range(depth):
        schema = {"properties": {"inner": schema}}
    return schema


@pytest.mark.parametrize("schema", [_nested(3_000), {"$schema": ["x"]}, {"$schema": 5}])
def test_a_schema_that_nobody_can_read_costs_its_tool(schema) -> None:
    mended = Mended()
    tools: JsonObject = {"tools": [{"name": "odd", "inputSchema": schema}, {"name": "sound"}]}
    answer = SessionMessage(JSONRPCResponse(jsonrpc="2.0", id=1, result=tools))
    mended.mend(answer)
    assert isinstance(answer.message, JSONRPCResponse)
    assert [tool["name"] for tool in answer.message.result["tools"]] == ["sound"]
    assert mended.left_out == ["The tool odd is not offered: its schema cannot be read."]
