"""Values out of a file that nobody vouches for.

Texts come without NUL and lone surrogates, which databases refuse; times as aware datetimes;
what has the wrong type counts as missing, unless a reader insists.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from conversations.features.exchange.values import Refused

DEEPEST = 100
_ODD = re.compile("[\x00\ud800-\udfff]")
_ESCAPED_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


def clean(text: str) -> str:
    if not _ODD.search(text):
        return text
    joined = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return joined.replace("\x00", "")


def text_of(source: Mapping[str, Any], name: str, limit: int | None = None) -> str:
    value = source.get(name)
    return clean(value)[:limit] if isinstance(value, str) else ""


def line_of(source: Mapping[str, Any], name: str, limit: int) -> str:
    """Words in one line, such as a title."""
    return " ".join(text_of(source, name).split())[:limit]


def flag_of(source: Mapping[str, Any], name: str, default: bool = False) -> bool:
    value = source.get(name)
    return value if isinstance(value, bool) else default


def number_of(source: Mapping[str, Any], name: str, largest: int = 2**31 - 1) -> int | None:
    value = source.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 0 <= value <= largest else None  # nan and inf are neither


def dict_of(source: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = source.get(name)
    return value if isinstance(value, dict) else {}


def list_of(source: Mapping[str, Any], name: str) -> list[Any]:
    value = source.get(name)
    return value if isinstance(value, list) else []


def dicts_of(source: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    return dicts_in(source.get(name))


def dicts_in(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def moment_of(source: Mapping[str, Any], name: str) -> datetime | None:
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


def json_of(value: Any) -> Any:
    """JSON that both databases take: no NUL, no lone surrogates, no NaN, not too deep."""
    if depth_of(value) > DEEPEST:
        raise Refused(f"It holds values that are nested more than {DEEPEST} deep.")
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False)
    except ValueError as error:
        raise Refused("It holds a number that is none (NaN or Infinity).") from error
    cleaned = clean(_ESCAPED_NUL.sub(r"\1", text))
    return value if cleaned == text else json.loads(cleaned)


def depth_of(value: Any) -> int:
    level, depth = [value], 0
    while level and depth <= DEEPEST:
        inner = [one for one in level if isinstance(one, dict | list)]
        level = [
            below for one in inner for below in (one.values() if isinstance(one, dict) else one)
        ]
        depth += bool(inner)
    return depth
