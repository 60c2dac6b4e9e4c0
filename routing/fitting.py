"""What of a request a model can take: images if it can see, and of the history what fits its
window. The oldest whole turns are left out, never a part.

Nobody but the server can count tokens, and it counts only what it was sent. So sizes are estimated
from bytes, by what the last answer has shown, and corrected where the server refuses.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from chatstudio.base.text import encode_text
from routing.types import ChatMessage, ChatRequest, HistoryCut, ModelInfo

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


def estimated(request: ChatRequest) -> int:
    """Tokens of the whole request, roughly."""
    ratio = request.bytes_per_token or BYTES_PER_TOKEN
    tools = len(json.dumps(request.tools, ensure_ascii=False).encode()) if request.tools else 0
    return _tokens(request.messages, ratio) + math.ceil(tools / ratio)


def fitted(request: ChatRequest, window: int | None, scale: float = 1.0) -> Fitted:
    """As many of the newest turns as fit; `scale` is how far the estimate was off. The last turn
    always stays, and so do the system messages before the first one."""
    if window is None or estimated(request) * scale <= _room(request, window):
        return Fitted(request)
    head, turns = split(request.messages)
    if len(turns) < 2:
        return Fitted(request)
    ratio = request.bytes_per_token or BYTES_PER_TOKEN
    left, dropped = estimated(request), 0
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
