"""Requests as a program sends them, and what comes back."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.test import AsyncClient

SEND = "/api/chat/ui/send"
STREAM = "/api/chat/ui/send/stream"
CONVERSATIONS = "/api/chat/ui/conversations"
JSON = "application/json"


async def send(client: AsyncClient, text: str = "Hi", url: str = SEND, **body: Any) -> HttpResponse:
    return await client.post(url, {"message": text, **body}, content_type=JSON)


def at(message: dict[str, Any], *, door: str = "") -> str:
    """The address of a message's door."""
    place = f"{CONVERSATIONS}/{message['conversation_id']}/messages/{message['id']}"
    return f"{place}/{door}" if door else place


@dataclass(frozen=True)
class Told:
    """One event of a stream."""

    id: str
    name: str
    data: Any


async def told(response: StreamingHttpResponse) -> AsyncIterator[Told]:
    async for piece in response:
        for block in bytes(piece).decode().split("\n\n"):
            if block and not block.startswith(":"):
                fields = dict(line.split(": ", 1) for line in block.split("\n"))
                yield Told(fields["id"], fields["event"], json.loads(fields["data"]))


async def all_told(response: StreamingHttpResponse) -> list[Told]:
    return [event async for event in told(response)]
