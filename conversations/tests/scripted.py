"""A routing strategy that does what a test wrote down, and remembers what it was asked."""

import asyncio
from collections.abc import AsyncGenerator

from routing.types import ChatRequest, Event, Finished, Provider, RouteChosen, TextDelta

type Step = Event | Exception | asyncio.Event

HELLO = (TextDelta("Hello"), Finished("stop"))


class Scripted:
    """A step is an event to yield, an error to raise, or an asyncio.Event to wait for."""

    name = "direct"
    label = "Direct LLM"

    def __init__(self) -> None:
        self.steps: list[Step] = list(HELLO)
        self.requests: list[ChatRequest] = []
        self.closed = 0

    def does(self, *steps: Step) -> None:
        self.steps = list(steps)

    async def answer(self, request: ChatRequest, provider: Provider) -> AsyncGenerator[Event]:
        self.requests.append(request)
        try:
            yield RouteChosen(self.name, request.model_name, provider.server)
            async for event in played(self.steps):
                yield event
        finally:
            self.closed += 1


async def played(steps: list[Step]) -> AsyncGenerator[Event]:
    for step in steps:
        if isinstance(step, Exception):
            raise step
        if isinstance(step, asyncio.Event):
            await step.wait()
            continue
        await asyncio.sleep(0)
        yield step


def never() -> asyncio.Event:
    """A step that lasts until the answer is stopped."""
    return asyncio.Event()
