"""The page of the MCP servers."""

import pytest

from routing.mcp import servers
from routing.tests.mcp.conftest import ODD, STDIO, configure

__all__ = ["configure"]

pytestmark = pytest.mark.django_db(transaction=True)


async def test_without_a_file_it_says_how_to_begin(aclient) -> None:
    assert "No servers yet" in (await aclient.get("/mcp/")).text


@pytest.mark.process
async def test_a_server_is_started_and_shows_its_tools(aclient, configure) -> None:
    configure({"example": STDIO})
    assert "starts when it is first needed" in (await aclient.get("/mcp/")).text
    answer = await aclient.post("/mcp/restart/", {"name": "example"})
    assert (answer.status_code, answer.url) == (302, "/mcp/")
    shown = (await aclient.get("/mcp/")).text
    assert "add, keep_note, wait, divide, process_id, plan_dinner" in shown
    assert "tokens with a question that they are sent with" in shown
    assert 'href="/mcp/"' in shown  # in the menu of places
    await servers.close_all()


@pytest.mark.process
async def test_a_tool_that_cannot_be_offered_is_named_with_the_reason(aclient, configure) -> None:
    configure({"odd": ODD})
    await aclient.post("/mcp/restart/", {"name": "odd"})
    shown = (await aclient.get("/mcp/")).text
    assert "The tool list_schema is not offered: its schema is not an object." in shown
    assert "1 resource" in shown
    await servers.close_all()


@pytest.mark.process
async def test_a_server_that_fails_says_why(aclient, configure) -> None:
    configure({"example": {"command": "/no/such/program", "args": ["--key=hunter2"]}})
    await aclient.post("/mcp/restart/", {"name": "example"})
    shown = (await aclient.get("/mcp/")).text
    assert "There is no such program: /no/such/program." in shown
    assert "hunter2" not in shown
    await servers.close_all()


async def test_a_file_that_is_wrong_says_where(aclient, configure) -> None:
    configure({}).write_text("{")
    assert "MCP_CONFIG is not JSON" in (await aclient.get("/mcp/")).text


async def test_only_a_configured_server_is_started(aclient, configure) -> None:
    configure({"example": STDIO})
    assert (await aclient.post("/mcp/restart/", {"name": "sh"})).status_code == 404
