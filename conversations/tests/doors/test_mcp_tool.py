"""A tool of an MCP server in an answer: asked for by the model, allowed on the page, run, told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from conversations.models import Message, ToolCall
from routing.mcp import servers
from routing.tests.mcp.conftest import STDIO, configure
from tests.fakes.model_server import running

__all__ = ["configure"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.process]


@pytest.fixture
def example(alice, configure) -> None:
    """The server of examples/, as a program of its own."""
    configure({"example": STDIO})


@asynccontextmanager
async def obedient(settings) -> AsyncIterator[None]:
    """A model that calls what it is told to."""
    async with running() as (url, _):
        settings.LLM_BASE_URL = url
        yield
    await servers.close_all()


async def until(status: str) -> Message:
    for _ in range(12_000):
        message = await Message.objects.filter(role="assistant").alast()
        if message and message.status == status:
            return message
        await asyncio.sleep(0.01)
    raise AssertionError(f"The answer was never {status}.")


async def ask(aclient, order: str) -> str:
    form = {"text": order, "routing_profile": "tools", "tools": "1", "model": "tools:1b"}
    return (await aclient.post("/chat/send/", form)).url


async def test_what_changes_something_runs_when_it_is_allowed(aclient, settings, example) -> None:
    async with obedient(settings):
        url = await ask(aclient, 'call example_keep_note {"text": "Buy figs"}')
        await until("awaiting_approval")
        call = await ToolCall.objects.aget()
        assert "It would change something of yours." in (await aclient.get(url)).text
        await aclient.post(f"{url}calls/{call.public_id}/", {"decision": "once"})
        await until("complete")
        await call.arefresh_from_db()
        assert (call.status, call.result) == ("done", "Kept, the 1. one.")
        assert "The tool said: Kept, the 1. one." in (await aclient.get(url)).text


async def test_what_is_declined_never_reaches_the_server(aclient, settings, example) -> None:
    async with obedient(settings):
        url = await ask(aclient, 'call example_keep_note {"text": "Buy figs"}')
        await until("awaiting_approval")
        call = await ToolCall.objects.aget()
        await aclient.post(f"{url}calls/{call.public_id}/", {"decision": "denied"})
        await until("complete")
        other = await ask(aclient, 'call example_keep_note {"text": "Buy nuts"}')
        await until("awaiting_approval")
        second = await ToolCall.objects.alast()
        await aclient.post(f"{other}calls/{second.public_id}/", {"decision": "once"})
        await until("complete")
        await second.arefresh_from_db()
        assert second.result == "Kept, the 1. one."


async def test_what_only_reads_runs_at_once(aclient, settings, example) -> None:
    async with obedient(settings):
        url = await ask(aclient, 'call example_add {"a": 1, "b": 2}')
        await until("complete")
        assert "The tool said: 3.0" in (await aclient.get(url)).text


async def test_what_a_tool_asks_is_answered_on_a_page_or_by_the_api(
    aclient, settings, example
) -> None:
    async with obedient(settings):
        url = await ask(aclient, 'call example_plan_dinner {"dish": "soup"}')
        await until("awaiting_approval")
        call = await ToolCall.objects.aget()
        page = f"{url}calls/{call.public_id}/"
        waiting = (await aclient.get(url)).text
        assert waiting.count("Who comes to eat soup?") == 1
        assert "Waits for your answer" in waiting
        shown = (await aclient.get(page)).text
        assert "How many guests" in shown
        assert 'name="answer-vegetarian"' in shown
        refused = await aclient.post(page, {"decision": "once", "answer-number": "30"})
        assert refused.status_code == 422
        assert "less than or equal to 20" in refused.text
        await aclient.post(page, {"decision": "once", "answer-number": "3"})
        await until("complete")
        assert "The tool said: soup for 3" in (await aclient.get(url)).text
        await call.arefresh_from_db()
        assert call.dialogue[0]["answer"] == {"number": 3, "vegetarian": False}

        await ask(aclient, 'call example_plan_dinner {"dish": "stew"}')
        await until("awaiting_approval")
        second = await ToolCall.objects.select_related("generation__message").alast()
        conversation = await second.generation.message.__class__.objects.select_related(
            "conversation"
        ).aget(id=second.generation.message_id)
        door = f"/api/chat/ui/conversations/{conversation.conversation.public_id}/calls/"
        json = {"content_type": "application/json"}
        door = f"{door}{second.public_id}"
        without = await aclient.post(door, {"decision": "once"}, **json)
        assert (without.status_code, list(without.json()["error"]["fields"])) == (422, ["answer"])
        odd = {"decision": "once", "answer": {"number": "x"}}
        wrong = await aclient.post(door, odd, **json)
        assert list(wrong.json()["error"]["fields"]) == ["answer.number"]
        await aclient.post(door, {"decision": "denied"}, **json)
        await until("complete")
        await second.arefresh_from_db()
        assert (second.status, second.result) == ("denied", "The person declined this call.")
