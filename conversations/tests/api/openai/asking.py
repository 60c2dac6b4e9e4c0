"""Requests as a program sends them to /v1/."""

import json
from typing import Any

from django.http import HttpResponse
from django.test import AsyncClient

from conversations.models import Generation
from conversations.tests.talking import counted

URL = "/v1/chat/completions"
HI = [{"role": "user", "content": "Hello there"}]


def function(name: str = "weather") -> dict[str, Any]:
    return {"type": "function", "function": {"name": name, "parameters": {"type": "object"}}}


async def ask(aclient: AsyncClient, model: str = "echo", messages: Any = HI, **more: Any) -> Any:
    body = {"model": model, "messages": messages, **more}
    return await aclient.post(URL, body, content_type="application/json")


async def told(response: HttpResponse) -> list[dict[str, Any]]:
    """The chunks of a stream, without its last line, which has to be there."""
    *chunks, end = await data_of(response)
    assert end == "[DONE]"
    return [json.loads(chunk) for chunk in chunks]


async def data_of(response: Any) -> list[str]:
    text = b"".join([piece async for piece in response.streaming_content]).decode()
    return [block.removeprefix("data: ") for block in text.split("\n\n") if block[:5] == "data:"]


async def the_generation() -> Generation:
    return await Generation.objects.select_related("api_key", "metric").aget()


async def ended() -> Generation:
    """As the row has it when nothing runs any more."""
    await counted()
    return await the_generation()
