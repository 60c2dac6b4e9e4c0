"""Asking one model once, with as much of the request as it can take: images if it can see, and of
the history what fits its window. The oldest whole turns are left out, never a part.

Nobody but the server can count tokens, and it counts only what it was sent. So sizes are estimated
from bytes, by what the last answer has shown, and corrected where the server refuses.
"""

import asyncio
import contextlib
import json
import math
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from chatstudio.base.text import encode_text
from routing.errors import ContextExceeded, ModelCannot, RoutingError
from routing.types import (
    ChatMessage,
    ChatRequest,
    Chosen,
    Event,
    Finished,
    HistoryCut,
    ModelInfo,
    Notice,
    WindowKnown,
)

LOOK_SECONDS = 2.0
MARGIN = 1.05
BYTES_PER_TOKEN = 3.6
TOKENS_PER_MESSAGE = 6
"""The marks that a template sets around each message."""
TOKENS_PER_IMAGE = 800
ANSWER_TOKENS = 512
"""Kept free for the answer, but never more than a quarter of the window."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """`cut` is None where everything fits."""

    request: ChatRequest
    cut: HistoryCut | None = None


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
    sent, looked_at = fit_request(request, window.tokens if window else None), window is not None
    while True:
        try:
            async with aclosing(_ask_provider(sent, chosen, looked_at=looked_at)) as events:
                async for event in events:
                    yield event
            return
        except ContextExceeded as refusal:
            if is_shortened:
                raise
            error = refusal
        sent, looked_at, is_shortened = shorten_request(request, sent, error), True, True
        if error.context_length is not None:
            yield WindowKnown(error.context_length, "refusal")


def known_window(request: ChatRequest, chosen: Chosen) -> WindowKnown | None:
    if set_by_person := request.parameters.num_ctx:
        trained = chosen.model.context_length
        return WindowKnown(min(set_by_person, trained or set_by_person), "request")
    loaded = chosen.model.loaded_context_length
    return WindowKnown(loaded, "loaded") if loaded else None


def shorten_request(request: ChatRequest, sent: Fitted, error: ContextExceeded) -> Fitted:
    """By what the server counted; where it tells no numbers, by half of the turns."""
    counted, window = error.context.get("prompt_tokens"), error.context_length
    guess = estimate_tokens(sent.request)
    scale = MARGIN * max(1.0, counted / guess if isinstance(counted, int) and guess else 1.0)
    if window is None:
        window = guess // 2
    shorter = fit_request(request, window, scale)
    before, after = (len(split(one.request.messages)[1]) for one in (sent, shorter))
    if after >= before:
        raise error
    return shorter


async def _ask_provider(sent: Fitted, chosen: Chosen, *, looked_at: bool) -> AsyncGenerator[Event]:
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


def estimate_tokens(request: ChatRequest) -> int:
    """Tokens of the whole request, roughly."""
    ratio = request.bytes_per_token or BYTES_PER_TOKEN
    tools = len(json.dumps(request.tools, ensure_ascii=False).encode()) if request.tools else 0
    return _tokens(request.messages, ratio) + math.ceil(tools / ratio)


def estimate_text(text: str) -> int:
    return math.ceil(len(encode_text(text)) / BYTES_PER_TOKEN)


def fit_request(request: ChatRequest, window: int | None, scale: float = 1.0) -> Fitted:
    """As many of the newest turns as fit; `scale` is how far the estimate was off. The last turn
    always stays, and so do the system messages before the first one."""
    if window is None or estimate_tokens(request) * scale <= _room(request, window):
        return Fitted(request)
    head, turns = split(request.messages)
    if len(turns) < 2:
        return Fitted(request)
    ratio = request.bytes_per_token or BYTES_PER_TOKEN
    left, dropped = estimate_tokens(request), 0
    while dropped < len(turns) - 1 and left * scale > _room(request, window):
        left -= _tokens(turns[dropped], ratio)
        dropped += 1
    kept = (*head, *(message for turn in turns[dropped:] for message in turn))
    cut = HistoryCut(sum(map(len, turns[:dropped])), dropped)
    return Fitted(replace(request, messages=kept), cut)


def split(
    messages: Sequence[ChatMessage],
) -> tuple[list[ChatMessage], list[list[ChatMessage]]]:
    """The system messages at the beginning, and the turns: each begins with a user's message, and
    a tool's exchange belongs to the turn in which it happened."""
    head: list[ChatMessage] = []
    turns: list[list[ChatMessage]] = []
    for message in messages:
        if message.role == "system" and not turns:
            head.append(message)
        elif message.role == "user" and not (turns and turns[-1][-1].role == "user"):
            turns.append([message])
        elif turns:
            turns[-1].append(message)
        else:
            turns.append([message])
    return head, turns


def _room(request: ChatRequest, window: int) -> int:
    wanted = request.parameters.num_predict
    return window - min(wanted if wanted and wanted > 0 else ANSWER_TOKENS, window // 4)


def _tokens(messages: Sequence[ChatMessage], ratio: float) -> int:
    return sum(_size(message, ratio) for message in messages)


def _size(message: ChatMessage, ratio: float) -> int:
    size = len(encode_text(message.content))
    for call in message.tool_calls:
        size += len(call.name) + len(json.dumps(dict(call.arguments), default=str))
    images = TOKENS_PER_IMAGE * len(message.images)
    return math.ceil(size / ratio) + TOKENS_PER_MESSAGE + images


def cannot_see(model: ModelInfo) -> bool:
    """Where a server does not say what its model can, it refuses by itself."""
    return model.capabilities is not None and "vision" not in model.capabilities


def has_images(request: ChatRequest) -> bool:
    return any(message.images for message in request.messages)


def is_about_images(request: ChatRequest) -> bool:
    """Whether the question itself has images; without them it would mean nothing."""
    asked = next((m for m in reversed(request.messages) if m.role == "user"), None)
    return asked is not None and bool(asked.images)


def without_images(request: ChatRequest) -> ChatRequest:
    blind = tuple(replace(message, images=()) for message in request.messages)
    return replace(request, messages=blind)
