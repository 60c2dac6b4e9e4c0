"""One model, asked once."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from routing.asking import ask
from routing.strategies.base import Choose
from routing.types import ChatRequest, Event, Finished, RouteChosen

WHY = "Chosen for this message."


class Direct:
    name = "direct"
    label = "Direct LLM"
    needs_model = True
    uses_tools = False

    def missing(self) -> str:
        return ""

    async def answer(self, request: ChatRequest, choose: Choose) -> AsyncGenerator[Event]:
        chosen = await choose()
        yield RouteChosen(self.name, chosen.model.name, chosen.provider.server, WHY)
        async with aclosing(ask(request, chosen)) as events:
            async for event in events:
                yield event
                if isinstance(event, Finished):
                    return
        yield Finished("ended_early")
