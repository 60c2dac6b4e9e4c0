"""Stored JSON as a receipt's parts: each field by its name and its type.

Receipts are of all ages, and some come in files: what is absent or of another type says nothing,
which is None, zero or empty.
"""

from collections.abc import Callable
from typing import get_type_hints

from chatstudio.base.json_types import (
    JsonObject,
    JsonValue,
    flag_at,
    list_at,
    number_at,
    object_at,
    objects_at,
    text_at,
)
from conversations.receipts.parts import SentFile
from routing.types import Timings, Usage


def count_at(found: JsonObject, name: str) -> int | None:
    value = found.get(name)
    return value if type(value) is int and 0 <= value < 2**63 else None


def texts_at(found: JsonObject, name: str) -> tuple[str, ...]:
    return tuple(one for one in list_at(found, name) if isinstance(one, str))


def reader[T](kind: type[T]) -> Callable[[JsonObject], T]:
    make: Callable[..., T] = kind
    plan = [(name.rstrip("_"), READERS[of]) for name, of in get_type_hints(kind).items()]
    return lambda found: make(*[read(found, name) for name, read in plan])


READERS: dict[object, Callable[[JsonObject, str], object]] = {
    str: text_at,
    bool: flag_at,
    int: lambda found, name: count_at(found, name) or 0,
    int | None: count_at,
    float | None: number_at,
    list[JsonValue]: list_at,
    JsonObject: object_at,
}


def one[T](kind: type[T]) -> Callable[[JsonObject, str], T]:
    read = reader(kind)
    return lambda found, name: read(object_at(found, name))


def one_or_none[T](kind: type[T]) -> Callable[[JsonObject, str], T | None]:
    read = reader(kind)
    return lambda found, name: read(inner) if (inner := object_at(found, name)) else None


def several[T](kind: type[T]) -> Callable[[JsonObject, str], tuple[T, ...]]:
    read = reader(kind)
    return lambda found, name: tuple(map(read, objects_at(found, name)))


READERS |= {Usage: one(Usage), Timings: one(Timings), tuple[SentFile, ...]: several(SentFile)}
