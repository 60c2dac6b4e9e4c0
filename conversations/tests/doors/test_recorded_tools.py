"""Tool calls as real servers have sent them, in their three shapes, from the form to the page."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from conversations.models import Message, ToolCall
from routing.tests.replay import Canned, replay, transcript
from routing.tools import registry
from routing.tools.base import Risk, Tool, ToolContext

pytestmark = pytest.mark.django_db(transaction=True)

TAGS = b"""{"models": [{"name": "qwen2.5:0.5b", "model": "qwen2.5:0.5b", "digest": "d1",
    "details": {}, "capabilities": ["completion", "tools"]}]}"""
SHOW = b'{"capabilities": ["completion", "tools"], "model_info": {}}'
PS = b'{"models": [{"name": "qwen2.5:0.5b", "context_length": 4096}]}'
ANSWER = b"""{"message": {"role": "assistant", "content": "Sunny."}, "done": false}
{"message": {"role": "assistant", "content": ""}, "done": true, "done_reason": "stop"}
"""
V1_MODELS = b'{"object": "list", "data": [{"id": "qwen2.5:0.5b", "object": "model"}]}'
V1_ANSWER = b"""data: {"choices": [{"delta": {"content": "Sunny."}, "finish_reason": null}]}

data: {"choices": [{"delta": {}, "finish_reason": "stop"}]}

data: [DONE]

"""
JSON = "application/json"


def ollama(name: str) -> dict[str, Canned | list[Canned]]:
    return {
        "/api/tags": Canned(TAGS, content_type=JSON),
        "/api/show": Canned(SHOW, content_type=JSON),
        "/api/ps": Canned(PS, content_type=JSON),
        "/api/chat": [transcript(name), Canned(ANSWER)],
    }


def openai(name: str) -> dict[str, Canned | list[Canned]]:
    answer = Canned(V1_ANSWER, content_type="text/event-stream")
    return {
        "/v1/models": Canned(V1_MODELS, content_type=JSON),
        "/v1/chat/completions": [transcript(name), answer],
    }


@pytest.fixture(autouse=True)
def weather(monkeypatch) -> list[Mapping[str, Any]]:
    """The tool that the recorded models were offered."""
    asked: list[Mapping[str, Any]] = []

    async def run(arguments: Mapping[str, Any], context: ToolContext) -> str:
        asked.append(arguments)
        return "21 degrees"

    async def source(context: ToolContext) -> list[Tool]:
        return [Tool("get_weather", "Weather.", {"type": "object"}, Risk.READS, run)]

    monkeypatch.setattr(registry, "SOURCES", [source])
    return asked


SHAPES = [
    pytest.param(ollama("51_tools_rendered_stream"), id="a line of its own"),
    pytest.param(ollama("58_tools_native_done_chunk"), id="in the last line"),
    pytest.param(openai("75_v1_tools_stream"), id="OpenAI's"),
]


@pytest.mark.parametrize("server", SHAPES)
async def test_the_call_is_run_and_shown(alice, aclient, settings, weather, server) -> None:
    async with replay(server) as told:
        settings.LLM_BASE_URL = told.url
        form = {"text": "Weather?", "routing_profile": "tools", "tools": "1"}
        response = await aclient.post("/chat/send/", form)
        message = await ended()
        page = await aclient.get(response.url)
    row = await ToolCall.objects.aget()
    assert (row.name, row.status, row.result) == ("get_weather", "done", "21 degrees")
    assert weather[0]["city"] == row.arguments["city"]
    assert message.status == "complete"
    assert "get_weather" in page.text
    assert "Sunny." in page.text


async def ended() -> Message:
    for _ in range(6000):
        message = await Message.objects.filter(role="assistant").alast()
        if message and message.status not in ("waiting", "generating"):
            return message
        await asyncio.sleep(0.01)
    raise AssertionError("The answer did not end.")
