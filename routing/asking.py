"""Asking one model once, with as much of the history as it can hold."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import aclosing

from routing.errors import ContextExceeded, ModelCannot, RoutingError
from routing.fitting import (
    Fitted,
    cannot_see,
    estimated,
    fitted,
    has_images,
    is_about_images,
    split,
    without_images,
)
from routing.strategies.base import Chosen
from routing.types import ChatRequest, Event, Finished, Notice, WindowKnown

LOOK_SECONDS = 2.0
MARGIN = 1.05


async def ask(request: ChatRequest, chosen: Chosen) -> AsyncGenerator[Event]:
    """The provider's events, with `WindowKnown` and `HistoryCut` where there is something to tell.

    The server is told never to cut by itself. What it refuses as too long is asked once more with
    the oldest turns left out, by the server's own count; it refuses before the first word.
    """
    request = request.for_model(chosen.model.name)
    if cannot_see(chosen.model) and has_images(request):
        if is_about_images(request):
            raise ModelCannot(model_name=request.model_name, capability="images")
        request = without_images(request)
        yield Notice("images_left_out")
    window = known_window(request, chosen)
    if window:
        yield window
    is_shortened = False
    sent, looked_at = fitted(request, window.tokens if window else None), window is not None
    while True:
        try:
            async with aclosing(_asked(sent, chosen, looked_at=looked_at)) as events:
                async for event in events:
                    yield event
            return
        except ContextExceeded as refusal:
            if is_shortened:
                raise
            error = refusal
        sent, looked_at, is_shortened = shortened(request, sent, error), True, True
        if error.context_length is not None:
            yield WindowKnown(error.context_length, "refusal")


def known_window(request: ChatRequest, chosen: Chosen) -> WindowKnown | None:
    if set_by_person := request.parameters.num_ctx:
        trained = chosen.model.context_length
        return WindowKnown(min(set_by_person, trained or set_by_person), "request")
    loaded = chosen.model.loaded_context_length
    return WindowKnown(loaded, "loaded") if loaded else None


def shortened(request: ChatRequest, sent: Fitted, error: ContextExceeded) -> Fitted:
    """By what the server counted; where it tells no numbers, by half of the turns."""
    counted, window = error.context.get("prompt_tokens"), error.context_length
    guess = estimated(sent.request)
    scale = MARGIN * max(1.0, counted / guess if isinstance(counted, int) and guess else 1.0)
    if window is None:
        window = guess // 2
    shorter = fitted(request, window, scale)
    if turns_in(shorter.request) >= turns_in(sent.request):
        raise error
    return shorter


def turns_in(request: ChatRequest) -> int:
    return len(split(request.messages)[1])


async def _asked(sent: Fitted, chosen: Chosen, *, looked_at: bool) -> AsyncGenerator[Event]:
    """`HistoryCut` comes with the first event, when the server has taken what was sent."""
    cut = sent.cut
    async with aclosing(chosen.provider.chat(sent.request)) as events:
        async for event in events:
            if cut and not isinstance(event, Notice):
                yield cut
                cut = None
            is_end = isinstance(event, Finished)
            if is_end and not looked_at and (window := await loaded_window(chosen)):
                yield window
            yield event


async def loaded_window(chosen: Chosen) -> WindowKnown | None:
    """A model that was not loaded before is so now, and its server tells with which window."""
    with contextlib.suppress(RoutingError, TimeoutError):
        async with asyncio.timeout(LOOK_SECONDS):
            model = await chosen.provider.describe_model(chosen.model.name)
            if model.loaded_context_length:
                return WindowKnown(model.loaded_context_length, "loaded")
    return None
