"""How frames and requests look on their way between two server processes."""

import json
from uuid import UUID

from chatstudio.base.text import encode_text
from conversations.carrying.hub import Frame, Request, Wish


def encode(carried: Frame | Request) -> bytes:
    values: list[str | int | None]
    if isinstance(carried, Request):
        values = ["request", carried.wish, carried.message.hex, carried.topic]
    else:
        message, whole = _hex(carried.message), _hex(carried.whole)
        values = ["frame", carried.html, carried.revision, message, whole]
    return encode_text(json.dumps(values, ensure_ascii=False))


def decode(payload: bytes) -> Frame | Request:
    """ValueError for what is neither."""
    match json.loads(payload):
        case ["request", str(wish), str(message), str(topic)]:
            return Request(Wish(wish), UUID(message), topic)
        case ["frame", str(html), int() | None as revision, message, whole]:
            return Frame(html, revision, _uuid(message), _uuid(whole))
    raise ValueError(f"neither a frame nor a request: {payload[:80]!r}")


def _hex(key: UUID | None) -> str | None:
    return None if key is None else key.hex


def _uuid(text: object) -> UUID | None:
    return None if text is None else UUID(str(text))
