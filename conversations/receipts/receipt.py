"""A receipt as it is stored, and its parts read from there: each field by its name and its type.

Receipts are of all ages, and some come in files: what is absent or of another type says nothing,
which is None, zero or empty.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self, get_type_hints

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
from conversations.receipts import parts
from routing.types import RoundEnded, RouteChosen, Timings, Usage


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


READERS |= {Usage: one(Usage), Timings: one(Timings)}
READERS[tuple[parts.SentFile, ...]] = several(parts.SentFile)


class Stored[T]:
    """What stands under this name in the stored JSON, read whenever it is asked for."""

    def __init__(self, read: Callable[[JsonObject, str], T]) -> None:
        self.read = read

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, receipt: "Receipt", owner: type) -> T:
        return self.read(receipt.stored, self.name)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The stored JSON is kept as it came and each part is read when it is asked for. So nothing
    that is unknown here is lost on the way back, and a page of answers makes no objects of the
    thousands of messages that one of them may have been sent with.

    The first half is written before the model is asked, the second at the end. Where a row or a
    file says something else than it should, the part says nothing; reading never raises. Tokens
    are the server's own count, times are milliseconds; None means that nobody said.
    """

    stored: JsonObject = field(default_factory=dict)

    memory = Stored(flag_at)
    """Off: only the question itself was sent."""
    parameters = Stored(object_at)
    """Only those that were set, see routing.parameters."""
    prompt_profile = Stored(one(parts.SentProfile))
    memories = Stored(several(parts.SentMemory))
    summary = Stored(one_or_none(parts.SentSummary))
    messages = Stored(several(parts.SentMessage))
    """What was sent of the history, oldest first; until the end also what is going to be left out.
    In a request of another program all of its messages."""
    sent_bytes = Stored(count_at)
    """Of all texts that were sent, before anything is left out."""
    images = Stored(count_at)
    searched_again = Stored(texts_at)
    """Ids of files of earlier messages that were searched for this question too."""

    route = Stored(one(RouteChosen))
    fallback = Stored(one_or_none(parts.Fallback))
    tools = Stored(texts_at)
    """Names of those that were offered."""
    window = Stored(one(parts.Window))
    rounds = Stored(several(RoundEnded))
    """What each took, where the model was asked more than once."""
    notices = Stored(texts_at)
    """Codes, see routing.types.Notice."""
    model = Stored(one(parts.Model))
    left_out = Stored(one_or_none(parts.LeftOut))
    usage = Stored(one(Usage))
    """The sum of all rounds."""
    timings = Stored(one(Timings))
    duration_ms = Stored(number_at)
    time_to_first_token_ms = Stored(number_at)
    tokens_per_second = Stored(number_at)
    calls = Stored(count_at)
    """How many tools another program's request has called: their rows are not kept."""

    @classmethod
    def from_json(cls, value: object) -> Self:
        return cls(value if isinstance(value, dict) else {})

    def to_json(self) -> JsonObject:
        return self.stored
