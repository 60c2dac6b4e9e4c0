"""Sessions with the example server: their tools, their failures, their ends."""

import asyncio
import os
import signal
from dataclasses import replace

import pytest

from routing.mcp import servers
from routing.mcp.session import McpError, Session
from routing.mcp.tools import mcp_tools
from routing.tests.mcp.conftest import STDIO, soon
from routing.tools.base import PersonAsked, Risk, Tool, ToolContext, ToolFailed

pytestmark = pytest.mark.process

ME = ToolContext(person_id=1)


async def tools_by_name() -> dict[str, Tool]:
    return {tool.name: tool for tool in await mcp_tools(ME)}


async def session() -> Session:
    return await servers.session_for(servers.configured_servers()["example"])


async def pid_of(tools: dict[str, Tool]) -> int:
    return int(await tools["example_process_id"].run({}, ME))


async def test_its_tools_are_offered_with_their_risk(example) -> None:
    tools = await tools_by_name()
    risks = {name: tool.risk for name, tool in tools.items()}
    assert risks == {
        "example_add": Risk.READS,
        "example_keep_note": Risk.WRITES,
        "example_wait": Risk.REACHES_OUT,
        "example_divide": Risk.REACHES_OUT,
        "example_process_id": Risk.READS,
        "example_plan_dinner": Risk.READS,
    }
    assert set(tools["example_add"].schema["properties"]) == {"a", "b"}
    await servers.close_all()


async def test_a_tool_answers_with_text(example) -> None:
    assert await (await tools_by_name())["example_add"].run({"a": 1, "b": 2}, ME) == "3.0"
    await servers.close_all()


async def test_a_tool_that_fails_says_so(example) -> None:
    divide = (await tools_by_name())["example_divide"]
    with pytest.raises(ToolFailed, match="b is 0"):
        await divide.run({"a": 1, "b": 0}, ME)
    with pytest.raises(ToolFailed):
        await divide.run({"a": "x"}, ME)
    await servers.close_all()


async def test_a_tool_may_ask_the_person(example) -> None:
    plan = (await tools_by_name())["example_plan_dinner"]
    with pytest.raises(PersonAsked, match="nobody can be asked") as asked:
        await plan.run({"dish": "soup"}, ME)
    question = asked.value.question
    assert (question.text, question.schema["required"]) == ("Who comes to eat soup?", ["number"])
    answered = replace(ME, answers=({"number": 3, "vegetarian": True},))
    assert await plan.run({"dish": "soup"}, answered) == "vegetarian soup for 3"
    with pytest.raises(ToolFailed, match="does not match"):
        await plan.run({"dish": "soup"}, replace(ME, answers=({"number": "x"},)))
    await servers.close_all()


async def test_a_server_that_is_killed_in_mid_call_ends_the_call(example) -> None:
    tools = await tools_by_name()
    pid = await pid_of(tools)
    waiting = asyncio.create_task(tools["example_wait"].run({"seconds": 300}, ME))
    await asyncio.sleep(0.3)
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(ToolFailed, match=r"broke|ended"):
        await asyncio.wait_for(waiting, 30)
    (state,) = await servers.states()
    assert (state.status, bool(state.problem)) == ("failed", True)
    await servers.close_all()


async def test_it_is_started_again(configure) -> None:
    configure({"example": STDIO})
    tools = await tools_by_name()
    first = await pid_of(tools)
    os.kill(first, signal.SIGKILL)
    await soon(lambda: not _runs(first))
    await servers.states()
    await servers.restart("example")
    assert await pid_of(await tools_by_name()) != first
    assert [state.status for state in await servers.states()] == ["ready"]
    await servers.close_all()


async def test_closing_ends_the_program(configure) -> None:
    configure({"example": STDIO})
    pid = await pid_of(await tools_by_name())
    await servers.close_all()
    await soon(lambda: not _runs(pid))


async def test_several_calls_at_once_share_a_session(example) -> None:
    add = (await tools_by_name())["example_add"]
    answers = await asyncio.gather(*(add.run({"a": n, "b": 0}, ME) for n in range(20)))
    assert answers == [f"{n:.1f}" for n in range(20)]
    await servers.close_all()


async def test_a_call_that_is_given_up_leaves_the_session(example) -> None:
    tools = await tools_by_name()
    waiting = asyncio.create_task(tools["example_wait"].run({"seconds": 300}, ME))
    await asyncio.sleep(0.3)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await tools["example_add"].run({"a": 1, "b": 1}, ME) == "2.0"
    await servers.close_all()


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"command": "/no/such/program"}, "no such program"),
        ({"command": "false"}, "closed"),
        ({"url": "http://127.0.0.1:9/mcp"}, "connection"),
    ],
)
async def test_a_server_that_does_not_start_says_why(configure, config, words) -> None:
    configure({"example": config})
    with pytest.raises(McpError) as caught:
        await session()
    assert words in str(caught.value).lower()
    assert await mcp_tools(ME) == []
    assert [state.status for state in await servers.states()] == ["failed"]
    await servers.close_all()


async def test_a_changed_file_replaces_the_session(configure) -> None:
    configure({"example": STDIO})
    first = await session()
    configure({"example": {**STDIO, "env": {"X": "1"}}})
    assert await session() is not first
    await servers.close_all()


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
