"""One token from the default model, with the time that it took: the way of every answer."""

import asyncio
import contextlib
import time
from collections.abc import Iterator

from asgiref.sync import async_to_sync
from django.conf import settings

from chatstudio.doctor.findings import Finding, failure, ok, warning
from routing.errors import RoutingError
from routing.llm.catalogue import can_chat
from routing.llm.servers import detect_models, provider_at
from routing.types import ChatMessage, ChatRequest, Finished, ModelInfo, Parameters

PATIENCE_SECONDS = 120.0


def examine() -> Iterator[Finding]:
    model = async_to_sync(detect_models)(patient=True).default
    if model is None or not can_chat(model):
        return
    if model.leaves_machine:
        yield ok(f"{model.name} leaves this machine, and was not asked.")
        return
    limit = min(PATIENCE_SECONDS, settings.LLM_LOAD_TIMEOUT_SECONDS)
    began = time.monotonic()
    try:
        async_to_sync(one_token)(model, limit)
    except TimeoutError:
        step = "It may still have to load: load it on the page Models, or choose a smaller one."
        yield warning(f"{model.name} said nothing within {limit:.0f} seconds.", step)
    except RoutingError as error:
        yield failure(str(error), "Try another model, and look at the model server's log.")
    else:
        yield ok(f"{model.name} answered in {time.monotonic() - began:.1f} seconds.")


async def one_token(model: ModelInfo, limit: float) -> None:
    provider = await provider_at(model.server)
    request = ChatRequest(model.name, (ChatMessage("user", "Hi"),), Parameters(num_predict=1))
    events = provider.chat(request)
    async with asyncio.timeout(limit), contextlib.aclosing(events):
        async for event in events:
            if isinstance(event, Finished):
                return
