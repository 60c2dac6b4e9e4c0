"""A routing strategy that does what a test wrote down, and remembers what it was asked."""

import asyncio
from collections.abc import AsyncGenerator

from routing.strategies.base import Choose
from routing.types import ChatRequest, Event, Finished, RouteChosen, TextDelta

type Step = Event | Exception | asyncio.Event

HELLO = (TextDelta("Hello"), Finished("stop"))


class Scripted:
    """A step is an event to yield, an error to raise, or an asyncio.Event to wait for."""

    name = "direct"
    label = "Direct LLM"
    about = "As scripted."
    needs_model = True
    uses_tools = False

    def __init__(self) -> None:
        self.steps: list[Step] = list(HELLO)
        self.requests: list[ChatRequest] = []
        self.closed = 0

    def does(self, *steps: Step) -> None:
        self.steps = list(steps)

    def missing(self) -> str:
        return ""

    async def answer(self, request: ChatRequest, choose: Choose) -> AsyncGenerator[Event]:
        chosen = await choose()
        request = request.for_model(chosen.model.name)
        self.requests.append(request)
        try:
            yield RouteChosen(self.name, chosen.model.name, chosen.provider.server)
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
