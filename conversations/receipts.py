"""The receipt of an answer: what was sent, what was left out and why, and what it took.

It is stored with the generation and holds ids, hashes and sizes, never a second copy of a text.
Its parts have the names that they are stored under, `from_` without the line; `usage`, `timings`,
`route` and `rounds` are routing's own values. Sizes are bytes, ids are public ones.

Receipts are of all ages, and some come in files: what is absent or of another type says nothing,
which is None, zero or empty.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from hashlib import sha256
from typing import Self, get_type_hints

from chatstudio.base.json_types import (
    JsonObject,
    flag_at,
    list_at,
    number_at,
    object_at,
    objects_at,
    text_at,
)
from routing.types import RoundEnded, RouteChosen, Timings, Usage


def fingerprint(text: str) -> tuple[str, int]:
    """SHA-256 and size of a text: which one it was, without its words."""
    data = text.encode()
    return sha256(data).hexdigest(), len(data)


@dataclass(frozen=True, slots=True)
class Part:
    def to_json(self) -> JsonObject:
        return {one.name.rstrip("_"): getattr(self, one.name) for one in fields(self)}


@dataclass(frozen=True, slots=True)
class SentProfile(Part):
    """The fingerprint is that of its system prompt. One that came in a file has no id."""

    id: str = ""
    name: str = ""
    sha256: str = ""
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class SentMemory(Part):
    id: str = ""
    sha256: str = ""
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class SentSummary(Part):
    """It stands for so many `messages`, the newest of them `upto`. Old receipts have no count,
    and later ones had the `ids` of all."""

    upto: str = ""
    sha256: str = ""
    bytes: int = 0
    messages: int = 0


@dataclass(frozen=True, slots=True)
class SentFile(Part):
    """A file that went with a message. `mode` says how a text was sent: `whole` or `searched`."""

    id: str = ""
    kind: str = ""
    sha256: str = ""
    bytes: int = 0
    mode: str = ""

    def to_json(self) -> JsonObject:
        stored: JsonObject = {"id": self.id, "kind": self.kind}
        stored |= {"sha256": self.sha256, "bytes": self.bytes}
        return stored | {"mode": self.mode} if self.mode else stored


@dataclass(frozen=True, slots=True)
class SentMessage(Part):
    """`id` is empty for what is no row. `turn` counts from the oldest that was considered; what
    belongs to none, such as a system message, has None, and so have the oldest receipts."""

    id: str = ""
    role: str = ""
    turn: int | None = None
    sha256: str = ""
    bytes: int = 0
    attachments: tuple[SentFile, ...] = ()

    def to_json(self) -> JsonObject:
        stored: JsonObject = {"id": self.id} if self.id else {}
        stored["role"] = self.role
        if self.turn is not None:
            stored["turn"] = self.turn
        stored["sha256"], stored["bytes"] = self.sha256, self.bytes
        if self.attachments:
            stored["attachments"] = [one.to_json() for one in self.attachments]
        return stored


@dataclass(frozen=True, slots=True)
class LeftOut(Part):
    """So many of the oldest `messages`. `reason` is `window`: they did not fit it. Of these the
    oldest `unread` were not even read, and `turns` are those of the others. `first` and `last` are
    the oldest and the newest of them, where that is known; old receipts have the `ids` of all."""

    messages: int = 0
    turns: int = 0
    reason: str = ""
    first: str = ""
    last: str = ""
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Fallback(Part):
    """The strategy that did not answer, and the error that it ended in (see routing.errors)."""

    from_: str = ""
    code: str = ""
    context: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Window(Part):
    """How many tokens the model can hold, and who said so (see routing.types.WindowKnown)."""

    tokens: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Model(Part):
    """`gpu_share` is what of it lay in a GPU's memory, 0 to 1; the oldest receipts have none."""

    digest: str = ""
    context_length: int | None = None
    gpu_share: float | None = None


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


def of_rounds[T: (Usage, Timings)](kind: type[T]) -> Callable[[JsonObject, str], T]:
    """The sum of the rounds where they are stored. Older receipts have the times of the last round
    alone beside the tokens of all, and none of either where the answer failed."""
    read = one(kind)

    def sum_rounds(found: JsonObject, name: str) -> T:
        rounds = objects_at(found, "rounds")
        return sum((read(ended, name) for ended in rounds), kind()) if rounds else read(found, name)

    return sum_rounds


def speed_of(usage: Usage, timings: Timings) -> float | None:
    """Tokens per second while writing."""
    tokens, ms = usage.output_tokens, timings.generation_ms
    return tokens * 1000 / ms if tokens and ms else None


def speed_at(found: JsonObject, name: str) -> float | None:
    measured = speed_of(of_rounds(Usage)(found, "usage"), of_rounds(Timings)(found, "timings"))
    return number_at(found, name) if measured is None else round(measured, 2)


READERS |= {Usage: one(Usage), Timings: one(Timings)}
READERS[tuple[SentFile, ...]] = several(SentFile)


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
    prompt_profile = Stored(one(SentProfile))
    memories = Stored(several(SentMemory))
    summary = Stored(one_or_none(SentSummary))
    messages = Stored(several(SentMessage))
    """What was sent of the history, oldest first; until the end also what is going to be left out.
    In a request of another program all of its messages."""
    sent_bytes = Stored(count_at)
    """Of the texts of these messages; in old receipts also of those that were left out."""
    sent_weight = Stored(count_at)
    """The same, weighed by how many tokens its kinds of bytes make (routing.asking)."""
    images = Stored(count_at)
    searched_again = Stored(texts_at)
    """Ids of files of earlier messages that were searched for this question too."""

    route = Stored(one(RouteChosen))
    fallback = Stored(one_or_none(Fallback))
    tools = Stored(texts_at)
    """Names of those that were offered."""
    tool_tokens = Stored(count_at)
    """What they cost with each question, roughly."""
    tools_put_away = Stored(texts_at)
    """Names of those for which there was no room; the model could ask for them."""
    tools_not_chosen = Stored(texts_at)
    """Names of those that were there and that the person has not chosen."""
    tools_away = Stored(texts_at)
    """Names of those that the person has chosen and that were not there."""
    window = Stored(one(Window))
    rounds = Stored(several(RoundEnded))
    """What each took, where the model was asked more than once."""
    notices = Stored(texts_at)
    """Codes, see routing.types.Notice."""
    model = Stored(one(Model))
    left_out = Stored(one_or_none(LeftOut))
    usage = Stored(of_rounds(Usage))
    """The sum of all rounds, as are the timings."""
    timings = Stored(of_rounds(Timings))
    duration_ms = Stored(number_at)
    time_to_first_token_ms = Stored(number_at)
    tokens_per_second = Stored(speed_at)
    calls = Stored(count_at)
    """How many tools another program's request has called: their rows are not kept."""

    @classmethod
    def from_json(cls, value: object) -> Self:
        return cls(value if isinstance(value, dict) else {})

    def to_json(self) -> JsonObject:
        return self.stored
