"""Short ways to ask a provider in a test."""

from collections.abc import AsyncIterator
from typing import Any

from routing.types import (
    ChatMessage,
    ChatRequest,
    Event,
    Finished,
    Provider,
    ReasoningDelta,
    TextDelta,
    ToolCall,
    ToolCallStarted,
)

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
        },
    },
}


def asking(text: str = "Hello", *, model_name: str = "smollm2:135m", **rest: Any) -> ChatRequest:
    return ChatRequest(model_name, (ChatMessage("user", text),), **rest)


async def collect(events: AsyncIterator[Event]) -> list[Event]:
    return [event async for event in events]


async def answer(provider: Provider, request: ChatRequest | None = None) -> list[Event]:
    return await collect(provider.chat(request or asking()))


def text_of(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def reasoning_of(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, ReasoningDelta))


def calls_of(events: list[Event]) -> list[ToolCall]:
    return [event.call for event in events if isinstance(event, ToolCallStarted)]


def end_of(events: list[Event]) -> Finished:
    """The one Finished, which must be the last event."""
    (finished,) = [event for event in events if isinstance(event, Finished)]
    assert events[-1] is finished
    return finished
