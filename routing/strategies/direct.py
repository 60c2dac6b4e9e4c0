"""One model, asked once."""

from collections.abc import AsyncGenerator

from routing.streams import closing
from routing.types import ChatRequest, Event, Finished, Provider, RouteChosen


class Direct:
    name = "direct"
    label = "Direct LLM"

    async def answer(self, request: ChatRequest, provider: Provider) -> AsyncGenerator[Event]:
        yield RouteChosen(self.name, request.model_name, provider.server)
        async with closing(provider.chat(request)) as events:
            async for event in events:
                yield event
                if isinstance(event, Finished):
                    return
        yield Finished("ended_early")
