"""Asking the agent once."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from routing.agent.framing import objects
from routing.agent.reading import Reading
from routing.agent.refusals import refusal, translate_errors
from routing.agent.service import AgentPatience, Service
from routing.agent.wire import for_agents
from routing.llm.client import open_stream
from routing.llm.packets import read_body
from routing.llm.thoughts import tell_thoughts_apart
from routing.types import ChatRequest, Event


def ask(request: ChatRequest, service: Service) -> AsyncGenerator[Event]:
    """Deltas and then exactly one `Finished`; every failure is an `AgentError`. Closing closes
    the connection."""
    return tell_thoughts_apart(_stream(request, service), for_agents(request), service.server)


async def _stream(request: ChatRequest, service: Service) -> AsyncGenerator[Event]:
    patience = AgentPatience(service.server)
    reading = Reading(service)
    with translate_errors(service):
        payload = service.wire.body(request)
        async with open_stream(service.endpoint, "", payload, patience) as response:
            patience.heard = True
            if not 200 <= response.status_code < 300:
                body = await read_body(response, patience)
                raise refusal(response.status_code, body, service)
            async with aclosing(objects(response, patience, service)) as found:
                async for data in found:
                    for event in reading.add(data):
                        yield event
                    if reading.is_over:
                        break
    yield reading.end()
