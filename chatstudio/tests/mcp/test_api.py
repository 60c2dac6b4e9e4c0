"""The MCP servers for programs."""

import pytest

from chatstudio import keys
from chatstudio.local import local_person
from chatstudio.models import User
from routing.mcp import servers
from routing.tests.mcp.conftest import STDIO, configure

__all__ = ["configure"]

pytestmark = pytest.mark.django_db(transaction=True)

MCP = "/api/chat/ui/mcp"
JSON = "application/json"


def key_of(person: User, *scopes: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {keys.make(person, 'x', scopes)[1]}"}


async def restart(aclient, name: str, **more):
    return await aclient.post(f"{MCP}/restart", {"name": name}, content_type=JSON, **more)


async def test_without_a_file_there_are_none(aclient) -> None:
    assert (await aclient.get(MCP)).json() == {"success": True, "servers": [], "problem": ""}


@pytest.mark.process
async def test_a_server_is_started_and_tells_its_tools(aclient, configure) -> None:
    configure({"example": STDIO})
    (idle,) = (await aclient.get(MCP)).json()["servers"]
    assert (idle["status"], idle["transport"], idle["tools"]) == ("idle", "stdio", [])
    started = (await restart(aclient, "example")).json()["server"]
    assert (started["status"], "add" in started["tools"]) == ("ready", True)
    assert (await aclient.get(MCP)).json()["servers"] == [started]
    await servers.close_all()


@pytest.mark.process
async def test_one_that_fails_says_why_and_keeps_its_secrets(aclient, configure) -> None:
    configure({"example": {"command": "/no/such/program", "args": ["--key=hunter2"]}})
    answer = await restart(aclient, "example")
    assert (answer.status_code, answer.json()["error"]["code"]) == (502, "mcp_failed")
    assert "There is no such program" in answer.json()["error"]["message"]
    listed = await aclient.get(MCP)
    assert listed.json()["servers"][0]["status"] == "failed"
    assert "hunter2" not in answer.text + listed.text
    await servers.close_all()


async def test_a_file_that_is_wrong_says_where(aclient, configure) -> None:
    configure({}).write_text("{")
    assert "MCP_CONFIG is not JSON" in (await aclient.get(MCP)).json()["problem"]
    answer = await restart(aclient, "example")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "mcp_misconfigured")


async def test_only_a_configured_server_is_started(aclient, configure) -> None:
    configure({"example": STDIO})
    assert (await restart(aclient, "sh")).status_code == 404
    answer = await restart(aclient, "")
    assert list(answer.json()["error"]["fields"]) == ["name"]


def test_for_others_than_administrators_they_do_not_exist(client, configure) -> None:
    configure({"example": STDIO})
    bob = User.objects.create(username="bob")
    headers = key_of(bob, "read", "manage")
    assert client.get(MCP, headers=headers).status_code == 404
    body = {"name": "example"}
    answer = client.post(f"{MCP}/restart", body, content_type=JSON, headers=headers)
    assert answer.status_code == 404


def test_a_key_does_what_its_scopes_say(client, configure) -> None:
    alice = local_person()
    body = {"name": "none"}
    manages, reads = key_of(alice, "manage"), key_of(alice, "read", "chat")
    assert client.get(MCP, headers=manages).status_code == 403
    assert client.get(MCP, headers=reads).status_code == 200
    answer = client.post(f"{MCP}/restart", body, content_type=JSON, headers=reads)
    assert answer.status_code == 403
