"""JSON's types, and readers for JSON that nobody vouches for.

What is absent, null or of another type counts as missing: a reader gives None, or something
empty. Readers take any mapping, so that a file, a packet or a row's JSON can be read as it is.
"""

import json
from collections.abc import Mapping

from chatstudio.base.text import replace_unstorable

type JsonValue = bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None
type JsonObject = dict[str, JsonValue]
type JsonMapping = Mapping[str, JsonValue]
"""An object that is only read, or whose values have narrower types, such as dict[str, str]."""

type Readable = Mapping[str, object]


def parse_json(data: bytes | str) -> JsonValue:
    """None also for what is not JSON. Broken characters become U+FFFD; a mark of the order of
    bytes at the beginning counts for nothing."""
    text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
    try:
        value: JsonValue = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return None
    return value


def parse_object(data: bytes | str) -> JsonObject | None:
    """None for what is not a JSON object."""
    value = parse_json(data)
    return value if isinstance(value, dict) else None


def object_at(data: Readable, name: str) -> JsonObject:
    return object_in(data.get(name))


def object_in(value: object) -> JsonObject:
    return value if isinstance(value, dict) else {}


def list_at(data: Readable, name: str) -> list[JsonValue]:
    value = data.get(name)
    return value if isinstance(value, list) else []


def objects_at(data: Readable, name: str) -> list[JsonObject]:
    return objects_in(data.get(name))


def objects_in(value: object) -> list[JsonObject]:
    """The objects of a list; whatever else stands in it is left out."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def named_objects_at(data: Readable, name: str) -> dict[str, JsonObject]:
    """Of an object of objects; whatever else stands in it is left out."""
    return {key: one for key, one in object_at(data, name).items() if isinstance(one, dict)}


def text_at(data: Readable, name: str) -> str:
    value = data.get(name)
    return replace_unstorable(value) if isinstance(value, str) else ""


def flag_at(data: Readable, name: str, default: bool = False) -> bool:
    value = data.get(name)
    return value if isinstance(value, bool) else default


def number_at(data: Readable, name: str) -> float | None:
    """As it stands there, if a column can hold it: neither NaN, nor Infinity, nor more than 63
    bits. True is no number."""
    value = data.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if abs(value) < 2**63 else None


def integer_at(data: Readable, name: str) -> int | None:
    """A fraction is cut off."""
    value = number_at(data, name)
    return None if value is None else int(value)
