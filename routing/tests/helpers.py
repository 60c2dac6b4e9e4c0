"""Short ways to ask a provider in a test."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

from routing.strategies.base import Choose
from routing.types import (
    ChatMessage,
    ChatRequest,
    Chosen,
    Event,
    Finished,
    ModelInfo,
    Provider,
    ReasoningDelta,
    TextDelta,
    ToolCall,
    ToolCallStarted,
    ToolHabit,
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

NOTHING_KNOWN = ToolHabit()


def asking(text: str = "Hello", *, model_name: str = "smollm2:135m", **rest: Any) -> ChatRequest:
    return ChatRequest(model_name, (ChatMessage("user", text),), **rest)


def choosing(
    provider: Provider,
    name: str = "smollm2:135m",
    habit: ToolHabit = NOTHING_KNOWN,
    **facts: Any,
) -> Choose:
    """Always the same model, of a window of 8,192 tokens where `facts` say nothing else."""
    model = ModelInfo(name, provider.server, **{"loaded_context_length": 8192, **facts})

    async def choose() -> Chosen:
        return Chosen(model, provider, habit)

    return choose


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


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)
