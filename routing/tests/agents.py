"""An agent that says what a test wrote down, over a real connection."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from django.test import override_settings

from routing.strategies import STRATEGIES
from routing.strategies.base import Choose
from routing.tests.helpers import asking, collect
from routing.tests.replay import Canned, Replay, replay
from routing.types import ChatRequest, Chosen, Event

JSON, SSE = "application/json", "text/event-stream"
PATHS = {"openai": "/v1/chat/completions", "webhook": "/hook"}


@asynccontextmanager
async def agent(canned: Canned, protocol: str = "webhook", **rest: Any) -> AsyncIterator[Replay]:
    """While it is there, the settings name it."""
    path = PATHS[protocol]
    async with replay({path: canned}) as told:
        url = told.url + (path if protocol == "webhook" else "")
        with override_settings(
            ZAIN_AGENT_URL=url,
            ZAIN_AGENT_PROTOCOL=protocol,
            **{f"ZAIN_AGENT_{name.upper()}": value for name, value in rest.items()},
        ):
            yield told


async def nobody() -> Chosen:
    raise AssertionError("An agent that answers needs no model")


async def asked(
    canned: Canned,
    request: ChatRequest | None = None,
    *,
    choose: Choose = nobody,
    protocol: str = "webhook",
    into: list[Event] | None = None,
    **rest: Any,
) -> list[Event]:
    """`into` has the events also where an error follows them."""
    told = [] if into is None else into
    async with agent(canned, protocol, **rest):
        async for event in STRATEGIES["agent"].answer(request or asking(), choose):
            told.append(event)
    return told


async def body_of(request: ChatRequest, protocol: str = "webhook") -> dict[str, Any]:
    """What the agent was sent."""
    async with agent(whole({"answer": "Hi"}), protocol) as told:
        await collect(STRATEGIES["agent"].answer(request, nobody))
    body: dict[str, Any] = json.loads(told.requests[0][3])
    return body


def whole(value: Any, status: int = 200) -> Canned:
    return Canned(json.dumps(value).encode(), status, JSON)


def lines(*values: Any, **rest: Any) -> Canned:
    return Canned(b"".join(json.dumps(v).encode() + b"\n" for v in values), **rest)


def events(*values: Any, end: bytes = b"", **rest: Any) -> Canned:
    body = b"".join(b"data: " + json.dumps(v).encode() + b"\n\n" for v in values)
    return Canned(body + end, content_type=SSE, **rest)


def chunk(delta: dict[str, Any], reason: str | None = None) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}
