"""Events of an answer as server-sent events.

Each has an id, `<generation>:<number>`, by which whoever comes back says what it has seen. The
names are those of routing.types in small letters: text_delta, tool_call_started, …; those in
event_shapes are ours.
"""

import re
from dataclasses import asdict, dataclass
from typing import get_args
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder

from chatstudio.base.json_types import JsonObject
from chatstudio.base.text import encode_text
from conversations.api.event_shapes import OURS
from conversations.showing.article_views import left_out_sentence
from conversations.showing.sentences import NOTICES
from routing.errors import sentence_for
from routing.types import (
    Event,
    FellBack,
    HistoryCut,
    Notice,
    Recast,
    TextDelta,
    TokenChances,
)

HEARTBEAT = b": still here\n\n"
END = "end"
TO_JSON = DjangoJSONEncoder(ensure_ascii=False).encode
WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")


def name_of_kind(kind: type) -> str:
    return WORDS.sub("_", kind.__name__).lower()


NEVER_TOLD = (Recast, TokenChances)
"""A snapshot stands for the first; the second only programs at /v1 ask for, and get it in their own
words."""
KINDS: dict[str, type] = {
    name_of_kind(kind): kind for kind in get_args(Event.__value__) if kind not in NEVER_TOLD
} | OURS
"""What `data` holds, by the event's name."""

EVENT: JsonObject = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "description": "What to send back as Last-Event-ID."},
        "event": {
            "type": "string",
            "description": f"One of {', '.join(f'`{name}`' for name in KINDS)}.",
            "examples": ["text_delta"],
        },
        "data": {"type": "string", "contentMediaType": "application/json"},
    },
    "required": ["id", "event", "data"],
}
"""One event, for the API's document."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a follower has seen of a generation; `number` is None after its end."""

    generation: UUID
    number: int | None

    @classmethod
    def read(cls, text: str) -> "Mark | None":
        """None for what is no id of ours: then a snapshot does."""
        key, _, number = text.partition(":")
        try:
            return cls(UUID(key), None if number == END else int(number))
        except ValueError:
            return None


def frame(name: str, data: object, generation: UUID, number: int | str) -> bytes:
    return encode_text(f"id: {generation}:{number}\nevent: {name}\ndata: {TO_JSON(data)}\n\n")


def as_frame(event: Event, generation: UUID, number: int) -> bytes:
    if isinstance(event, TextDelta):  # nearly all of them
        return frame("text_delta", {"text": event.text}, generation, number)
    name = name_of_kind(type(event))
    told = asdict(event) | _sentence(event)
    if described := OURS.get(name):
        told = {field: told[field] for field in described.model_fields}
    return frame(name, told, generation, number)


def _sentence(event: Event) -> dict[str, str]:
    """What the page says of it; empty where it says nothing."""
    match event:
        case Notice(code=code):
            return {"message": NOTICES.get(code, "")}
        case FellBack():
            return {"message": sentence_for(event.error_code, event.error_context)}
        case HistoryCut(messages=count):
            return {"message": left_out_sentence(count)}
        case _:
            return {}
