"""What is special about values out of a file that nobody vouches for, besides what
chatstudio.base.json_types reads: times in whatever notation, texts of a length, JSON to keep."""

import hashlib
import json
import re
from datetime import UTC, datetime

from django.utils.dateparse import parse_datetime

from chatstudio.base.json_types import JsonValue, Readable, integer_at
from chatstudio.base.text import clean_text
from conversations.features.exchange.values import Refused

DEEPEST = 100
_ESCAPED_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


def text_of(source: Readable, name: str, limit: int | None = None) -> str:
    value = source.get(name)
    return clean_text(value)[:limit] if isinstance(value, str) else ""


def line_of(source: Readable, name: str, limit: int) -> str:
    """Words in one line, such as a title."""
    return " ".join(text_of(source, name).split())[:limit]


def count_of(source: Readable, name: str, largest: int = 2**31 - 1) -> int | None:
    value = integer_at(source, name)
    return value if value is not None and 0 <= value <= largest else None


def moment_of(source: Readable, name: str) -> datetime | None:
    """From seconds (also milliseconds, as some write) or ISO text; None where it is no time."""
    value = source.get(name)
    if isinstance(value, str):
        return _from_text(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not abs(value) < 1e15:
        return None
    return _from_seconds(value / 1000 if abs(value) > 1e11 else value)


def _from_text(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text.strip()[:64])
        if moment is None:
            return None
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _from_seconds(seconds: float) -> datetime | None:
    try:
        moment = datetime.fromtimestamp(seconds, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if 1970 <= moment.year < 9999 else None


def clean_json[T: JsonValue](value: T) -> T:
    """JSON that both databases take: no NUL, no lone surrogates, no NaN, not too deep."""
    if depth_of(value) > DEEPEST:
        raise Refused(f"It holds values that are nested more than {DEEPEST} deep.")
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False)
    except ValueError as error:
        raise Refused("It holds a number that is none (NaN or Infinity).") from error
    cleaned = clean_text(_ESCAPED_NUL.sub(r"\1", text))
    again: T = value if cleaned == text else json.loads(cleaned)
    return again


def depth_of(value: JsonValue) -> int:
    level, depth = [value], 0
    while level and depth <= DEEPEST:
        inner = [one for one in level if isinstance(one, dict | list)]
        level = [
            below for one in inner for below in (one.values() if isinstance(one, dict) else one)
        ]
        depth += bool(inner)
    return depth


def key_of(value: JsonValue) -> str:
    """For files whose conversations have no ids: the same conversation has the same one again."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
