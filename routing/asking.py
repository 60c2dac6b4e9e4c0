"""Asking one model once, with as much of the request as it can take: images if it can see, and of
the history what fits its window. The oldest whole turns are left out, never a part; where the last
turn alone does not fit, results of tools and files are shortened, the longest first.

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
from itertools import chain

from chatstudio.base.json_types import integer_at
from chatstudio.base.text import encode_text
from chatstudio.base.words import group_digits
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
    Parameters,
    Recast,
    TextDelta,
    WindowKnown,
)

LOOK_SECONDS = 2.0
MARGIN = 1.05
BYTES_PER_TOKEN = 3.6
"""Of letters and spaces. Other kinds of bytes make more tokens:"""
OTHER_KINDS = (
    (b"0123456789", 1.3),
    (bytes(set(range(33, 127)) - set(b"0123456789") - {*range(65, 91), *range(97, 123)}), 1.8),
    (bytes(range(128, 256)), 2.4),  # of other scripts
)
TOKENS_PER_MESSAGE = 6
"""The marks that a template sets around each message."""
TOKENS_PER_IMAGE = 800
CREDIBLE = (1.0, 8.0)
"""Bytes for a token. Outside of this a server has not counted what it had in its cache."""
SHORTEST_EXTRA = 600
CUT_HERE = "\n\n(Cut here: {count} more characters do not fit.)\n\n"
ANSWER_TOKENS = 512
"""Kept free for the answer, but never more than a quarter of the window."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """`cut` is None where all turns fit, and `is_shortened` where something of the last one did
    not."""

    request: ChatRequest
    cut: HistoryCut | None = None
    is_shortened: bool = False


async def ask(request: ChatRequest, chosen: Chosen) -> AsyncGenerator[Event]:
    """The provider's events, with `WindowKnown` and `HistoryCut` where there is something to tell.

    The server is told never to cut by itself. What it refuses as too long is asked once more with
    the oldest turns left out, by the server's own count, or by halves where it tells no numbers. So
    is, once, what it refuses in words that may mean the same. It refuses before the first word.
    """
    request = request.for_model(chosen.model.name)
    if cannot_see(chosen.model) and has_images(request):
        if is_about_images(request):
            raise ModelCannot(model_name=request.model_name, capability="images")
        request = without_images(request)
        yield Notice("images_left_out")
    if cannot_think(chosen.model):
        request = without_thoughts(request)
    window = known_window(request.parameters, chosen.model)
    if window:
        yield window
    sent, looked_at = fit_request(request, window.tokens if window else None), window is not None
    doubtful: RoutingError | None = None
    while True:
        try:
            async with aclosing(_ask_provider(sent, chosen, looked_at=looked_at)) as events:
                async for event in events:
                    yield event
            return
        except RoutingError as refusal:
            is_sure = isinstance(refusal, ContextExceeded)
            if not is_sure and (doubtful or not refusal.context.get("may_be_too_long")):
                raise doubtful or refusal from None
            doubtful = None if is_sure else refusal
            error = with_cause(refusal, sent.request)
        sent, looked_at = shorten_request(request, sent, error), True
        if isinstance(error, ContextExceeded) and error.context_length is not None:
            yield WindowKnown(error.context_length, "refusal")


async def text_of(events: AsyncGenerator[Event]) -> str:
    """An answer's words, when it has ended."""
    said = ""
    async with aclosing(events):
        async for event in events:
            if isinstance(event, TextDelta):
                said += event.text
            elif isinstance(event, Recast):
                said = event.words if event.kind == "text" else ""
    return said


def with_cause(error: RoutingError, sent: ChatRequest) -> RoutingError:
    """A full window names what of the last turn is the longest."""
    if not isinstance(error, ContextExceeded):
        return error
    return ContextExceeded(**{**error.context, "cause": largest_part(sent)})


def known_window(parameters: Parameters, model: ModelInfo) -> WindowKnown | None:
    if set_by_person := parameters.num_ctx:
        trained = model.context_length
        return WindowKnown(min(set_by_person, trained or set_by_person), "request")
    loaded = model.loaded_context_length
    return WindowKnown(loaded, "loaded") if loaded else None


def shorten_request(request: ChatRequest, sent: Fitted, error: RoutingError) -> Fitted:
    """By what the server counted; by half of what was sent where it tells no numbers, or where by
    these everything fits. The error itself is raised where nothing can be left out."""
    counted, window = (integer_at(error.context, n) for n in ("prompt_tokens", "context_length"))
    guess = estimate_tokens(sent.request)
    scale = MARGIN * max(1.0, counted / guess if counted and guess else 1.0)
    tries = ((window or guess // 2, scale), (guess // 2, MARGIN))
    for room, scale in tries:
        shorter = fit_request(request, room, scale)
        if estimate_tokens(shorter.request) < guess:
            return shorter
    raise error


async def _ask_provider(sent: Fitted, chosen: Chosen, *, looked_at: bool) -> AsyncGenerator[Event]:
    """`HistoryCut` comes with the first event, when the server has taken what was sent."""
    cut, is_shortened = sent.cut, sent.is_shortened
    async with aclosing(chosen.provider.chat(sent.request)) as events:
        async for event in events:
            if cut and not isinstance(event, Notice):
                yield cut
                cut = None
            if is_shortened and not isinstance(event, Notice):
                yield Notice("shortened")
                is_shortened = False
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
    return _tokens(request.messages, ratio) + math.ceil(_weigh_tools(request) / ratio)


def weigh(text: str) -> float:
    """Its bytes, each counted as often as it makes tokens beside a letter."""
    data = encode_text(text)
    weight = float(len(data))
    for kind, ratio in OTHER_KINDS:
        count = len(data) - len(data.translate(None, kind))
        weight += count * (BYTES_PER_TOKEN / ratio - 1)
    return weight


def measure_texts(messages: Sequence[ChatMessage]) -> tuple[int, int]:
    """Their bytes, and what these weigh."""
    text = "".join([message.content for message in messages])
    return len(encode_text(text)), math.ceil(weigh(text))


def _weigh_tools(request: ChatRequest) -> float:
    return weigh(json.dumps(request.tools, ensure_ascii=False)) if request.tools else 0.0


def bytes_per_token(request: ChatRequest, tokens: int | None) -> float | None:
    """What a server's count of this request shows; None where it cannot have counted all of it."""
    weight = sum(map(_weigh_message, request.messages)) + _weigh_tools(request)
    words = (tokens or 0) - TOKENS_PER_MESSAGE * len(request.messages)
    ratio = weight / words if words > 0 and not has_images(request) else 0.0
    return ratio if CREDIBLE[0] <= ratio <= CREDIBLE[1] else None


def estimate_schema(text: str) -> int:
    """Of JSON or what is like it, whose marks come in pairs."""
    return math.ceil(len(encode_text(text)) / BYTES_PER_TOKEN)


def fit_request(request: ChatRequest, window: int | None, scale: float = 1.0) -> Fitted:
    """As many of the newest turns as fit; `scale` is how far the estimate was off. Of the last turn
    the words always stay, and so do the system messages before the first one. Thoughts are the
    first to go: nobody has written or found them. What was never read is left out as well."""
    unread = request.unread
    cut = HistoryCut(unread, 0, unread) if unread else None
    left = estimate_tokens(request) if window is not None else 0
    if window is None or left * scale <= (room := room_of(request.parameters, window)):
        return Fitted(request, cut)
    if (plain := without_thoughts(request)) is not request:
        return fit_request(plain, window, scale)
    head, turns = split(request.messages)
    ratio = request.bytes_per_token or BYTES_PER_TOKEN
    dropped = 0
    while dropped < len(turns) - 1 and left * scale > room:
        left -= _tokens(turns[dropped], ratio)
        dropped += 1
    if dropped:
        kept = (*head, *chain.from_iterable(turns[dropped:]))
        gone = [*chain.from_iterable(turns[:dropped])]
        cut = HistoryCut(unread + len(gone), dropped, unread, *measure_texts(gone))
        request = replace(request, messages=kept)
    shorter = _shorten_last_turn(request, room, scale) if left * scale > room else request
    return Fitted(shorter, cut, is_shortened=shorter is not request)


def _shorten_last_turn(request: ChatRequest, room: int, scale: float) -> ChatRequest:
    """Until it fits, or there is nothing left to be shortened: the longest first, then whole rounds
    of calls, the oldest first."""
    while (over := estimate_tokens(request) * scale - room) > 0:
        messages = list(request.messages)
        places = range(len(messages))
        at = max(places, key=lambda place: _extra(messages[place]), default=0)
        if not messages or _extra(messages[at]) <= SHORTEST_EXTRA:
            return _without_old_rounds(request, room, scale)
        message = messages[at]
        weight = weigh(message.content[: _extra(message)]) / _extra(message)
        ratio = request.bytes_per_token or BYTES_PER_TOKEN
        fewer = math.ceil(over / scale * ratio / weight) + len(CUT_HERE) + 20
        messages[at] = _shortened(message, max(_extra(message) - fewer, SHORTEST_EXTRA))
        request = replace(request, messages=tuple(messages))
    return request


def _extra(message: ChatMessage) -> int:
    return len(message.content) if message.role == "tool" else message.extra


def _shortened(message: ChatMessage, length: int) -> ChatMessage:
    """What was said of an earlier cut goes with the rest."""
    extra, words = message.content[: _extra(message)], message.content[_extra(message) :]
    kept = extra[: max(length - len(CUT_HERE) - 20, 0)]
    left_out = group_digits(len(extra) - len(kept))
    kept += CUT_HERE.format(count=left_out)
    return replace(message, content=kept + words, extra=min(len(kept), length))


def _without_old_rounds(request: ChatRequest, room: int, scale: float) -> ChatRequest:
    """A round is what the model said and asked for, and the results of that."""
    messages = list(request.messages)
    while estimate_tokens(request) * scale > room:
        starts = [at for at, message in enumerate(messages) if message.tool_calls]
        if len(starts) < 2:
            break
        del messages[starts[0] : starts[1]]
        request = replace(request, messages=tuple(messages))
    return request


def largest_part(request: ChatRequest) -> str:
    """Of what does not fit: `tools` (what they are and what they told), `files`, `instructions`, or
    empty for the words of the last message."""
    head, turns = split(request.messages)
    last = turns[-1] if turns else []
    files = sum(weigh(one.content[: one.extra]) for one in last if not _is_result(one))
    results = sum(_weigh_message(one) for one in last if one.tool_calls or _is_result(one))
    parts = {
        "": sum(weigh(one.content[one.extra :]) for one in last if one.role == "user"),
        "tools": results + _weigh_tools(request),
        "files": files,
        "instructions": sum(map(_weigh_message, head)),
    }
    return max(parts, key=lambda name: parts[name])


def _is_result(message: ChatMessage) -> bool:
    """Also one that is told in words."""
    return message.role == "tool" or bool(message.tool_name)


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
        elif message.role == "user" and not _goes_on(turns, message):
            turns.append([message])
        elif turns:
            turns[-1].append(message)
        else:
            turns.append([message])
    return head, turns


def _goes_on(turns: list[list[ChatMessage]], message: ChatMessage) -> bool:
    """A user's message that begins no turn: it follows another one, or is a tool's result."""
    return bool(turns) and (_is_result(message) or turns[-1][-1].role == "user")


def room_of(parameters: Parameters, window: int) -> int:
    """Tokens of the window for the request; the rest is for the answer."""
    wanted = parameters.num_predict
    return window - min(wanted if wanted and wanted > 0 else ANSWER_TOKENS, window // 4)


def _tokens(messages: Sequence[ChatMessage], ratio: float) -> int:
    return sum(_size(message, ratio) for message in messages)


def _size(message: ChatMessage, ratio: float) -> int:
    images = TOKENS_PER_IMAGE * len(message.images)
    return math.ceil(_weigh_message(message) / ratio) + TOKENS_PER_MESSAGE + images


def _weigh_message(message: ChatMessage) -> float:
    weight = weigh(message.content + message.thoughts)
    for call in message.tool_calls:
        weight += weigh(call.name + json.dumps(dict(call.arguments), default=str))
    return weight


def cannot_see(model: ModelInfo) -> bool:
    """Where a server does not say what its model can, it refuses by itself."""
    return model.capabilities is not None and "vision" not in model.capabilities


def cannot_think(model: ModelInfo) -> bool:
    return model.capabilities is not None and "thinking" not in model.capabilities


def without_thoughts(request: ChatRequest) -> ChatRequest:
    if not any(message.thoughts for message in request.messages):
        return request
    plain = tuple(replace(message, thoughts="") for message in request.messages)
    return replace(request, messages=plain)


def has_images(request: ChatRequest) -> bool:
    return any(message.images for message in request.messages)


def is_about_images(request: ChatRequest) -> bool:
    """Whether the question itself has images; without them it would mean nothing."""
    asked = next((m for m in reversed(request.messages) if m.role == "user"), None)
    return asked is not None and bool(asked.images)


def with_last_images(request: ChatRequest) -> ChatRequest:
    """With the question's own images alone."""
    last = max((i for i, m in enumerate(request.messages) if m.role == "user"), default=-1)
    kept = (
        message if i >= last else replace(message, images=())
        for i, message in enumerate(request.messages)
    )
    return replace(request, messages=tuple(kept))


def without_images(request: ChatRequest) -> ChatRequest:
    blind = tuple(replace(message, images=()) for message in request.messages)
    return replace(request, messages=blind)
