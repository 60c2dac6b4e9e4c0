"""An external agent answers; Direct LLM in its place where that is allowed and nothing came."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from django.conf import settings

from routing.agent import service
from routing.agent.asking import ask
from routing.errors import AgentError, RoutingError
from routing.strategies.base import Choose
from routing.strategies.direct import WHY, Direct
from routing.types import (
    ChatRequest,
    Event,
    FellBack,
    ReasoningDelta,
    RouteChosen,
    TextDelta,
)


class Agent:
    name = "agent"
    about = "A service of its own answers, with the models and tools that it chooses."
    needs_model = False
    uses_tools = False

    @property
    def label(self) -> str:
        return service.label()

    def missing(self) -> str:
        return service.problem()

    async def answer(self, request: ChatRequest, choose: Choose) -> AsyncGenerator[Event]:
        said = False
        try:
            agent = service.configured_service()
            away = agent.leaves_machine
            yield RouteChosen(self.name, agent.label, agent.server, WHY, leaves_machine=away)
            async with aclosing(ask(request, agent)) as events:
                async for event in events:
                    said = said or isinstance(event, TextDelta | ReasoningDelta)
                    yield event
            return
        except AgentError as error:
            if said or not may_fall_back(request):
                raise
            gone = error
        try:
            await choose()
        except RoutingError:  # there is no model either: the agent's error is the one to tell
            raise gone from None
        yield FellBack(self.name, gone.code, gone.context)
        async with aclosing(Direct().answer(request, choose)) as events:
            async for event in events:
                if isinstance(event, RouteChosen):
                    event = replace(event, reason=f"{self.label} did not answer.")
                yield event


def may_fall_back(request: ChatRequest) -> bool:
    """The prompt profile's word, else the setting's."""
    wanted = request.may_fall_back
    return bool(settings.ZAIN_AGENT_FALLBACK) if wanted is None else wanted
