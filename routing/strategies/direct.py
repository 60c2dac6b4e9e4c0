"""One model, asked once."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from routing.asking import ask
from routing.strategies.base import Choose
from routing.tools.sieve import sift_calls
from routing.tools.written_calls import offered_by
from routing.types import ChatRequest, Event, Finished, RouteChosen

WHY = "Chosen for this message."


class Direct:
    name = "direct"
    label = "Direct LLM"
    about = "The model answers from what it knows and from what you send."
    needs_model = True
    uses_tools = False

    def missing(self) -> str:
        return ""

    async def answer(self, request: ChatRequest, choose: Choose) -> AsyncGenerator[Event]:
        chosen = await choose()
        yield RouteChosen(self.name, chosen.model.name, chosen.provider.server, WHY)
        answered = ask(request, chosen)
        # A program's own, which it runs itself. Where it wants JSON, JSON is no call.
        if request.tools and request.answer_schema is None:
            answered = sift_calls(answered, offered_by(request.tools), tells_unknown=False)
        async with aclosing(answered) as events:
            async for event in events:
                yield event
                if isinstance(event, Finished):
                    return
        yield Finished("ended_early")
