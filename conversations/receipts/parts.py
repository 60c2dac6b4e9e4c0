"""The parts of a receipt, with the names that they are stored under.

`from_json` takes receipts of all ages: what is absent or of another type says nothing, which is
None, zero or empty. `to_json` is what is stored. Sizes are bytes, ids are public ones.
"""

from dataclasses import dataclass, field, fields
from hashlib import sha256
from typing import Self, TypedDict

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
from routing.types import RoundEnded, RouteChosen, Timings, Usage


class Fingerprint(TypedDict):
    """Of a text: which one it was, without its words."""

    sha256: str
    bytes: int


def fingerprint(text: str) -> Fingerprint:
    data = text.encode()
    return {"sha256": sha256(data).hexdigest(), "bytes": len(data)}


def fingerprint_in(found: JsonObject) -> Fingerprint:
    return {"sha256": text_at(found, "sha256"), "bytes": count_at(found, "bytes") or 0}


def count_at(found: JsonObject, name: str) -> int | None:
    value = found.get(name)
    return value if type(value) is int and 0 <= value < 2**63 else None


def texts_at(found: JsonObject, name: str) -> tuple[str, ...]:
    return tuple(one for one in list_at(found, name) if isinstance(one, str))


@dataclass(frozen=True, slots=True)
class Part:
    def to_json(self) -> JsonObject:
        return {one.name: getattr(self, one.name) for one in fields(self)}


@dataclass(frozen=True, slots=True)
class SentProfile(Part):
    """The fingerprint is that of its system prompt. One that came in a file has no id."""

    id: str = ""
    name: str = ""
    sha256: str = ""
    bytes: int = 0

    @classmethod
    def from_json(cls, found: JsonObject) -> Self:
        return cls(text_at(found, "id"), text_at(found, "name"), **fingerprint_in(found))


@dataclass(frozen=True, slots=True)
class SentFile(Part):
    """A file that went with a message. `mode` says how a text was sent: `whole` or `searched`."""

    id: str = ""
    kind: str = ""
    sha256: str = ""
    bytes: int = 0
    mode: str = ""

    @classmethod
    def from_json(cls, found: JsonObject) -> Self:
        id, kind = text_at(found, "id"), text_at(found, "kind")
        return cls(id, kind, **fingerprint_in(found), mode=text_at(found, "mode"))

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

    @classmethod
    def from_json(cls, found: JsonObject) -> Self:
        files = tuple(map(SentFile.from_json, objects_at(found, "attachments")))
        id, role, turn = text_at(found, "id"), text_at(found, "role"), count_at(found, "turn")
        return cls(id, role, turn, **fingerprint_in(found), attachments=files)

    def to_json(self) -> JsonObject:
        stored: JsonObject = {"id": self.id} if self.id else {}
        stored["role"] = self.role
        if self.turn is not None:
            stored["turn"] = self.turn
        stored |= {"sha256": self.sha256, "bytes": self.bytes}
        if self.attachments:
            stored["attachments"] = [one.to_json() for one in self.attachments]
        return stored


@dataclass(frozen=True, slots=True)
class SentMemory(Part):
    id: str = ""
    sha256: str = ""
    bytes: int = 0

    @classmethod
    def from_json(cls, found: JsonObject) -> Self:
        return cls(text_at(found, "id"), **fingerprint_in(found))


@dataclass(frozen=True, slots=True)
class SentSummary(Part):
    """It stands for so many `messages`, the newest of them `upto`; older receipts have no count.
    `ids` are as they are stored: there may be thousands, and no page needs them."""

    upto: str = ""
    sha256: str = ""
    bytes: int = 0
    messages: int = 0
    ids: list[JsonValue] = field(default_factory=list)

    @classmethod
    def from_json(cls, found: JsonObject) -> Self:
        count, ids = count_at(found, "messages") or 0, list_at(found, "ids")
        return cls(text_at(found, "upto"), **fingerprint_in(found), messages=count, ids=ids)


@dataclass(frozen=True, slots=True)
class LeftOut(Part):
    """The oldest `turns`, of so many `messages`. `reason` is `window`: they did not fit it.
    `ids` are as they are stored: there may be thousands, and no page needs them."""

    messages: int = 0
    turns: int = 0
    reason: str = "window"
    ids: list[JsonValue] = field(default_factory=list)

    @classmethod
    def from_json(cls, found: JsonObject) -> Self:
        messages, turns = count_at(found, "messages") or 0, count_at(found, "turns") or 0
        return cls(messages, turns, text_at(found, "reason"), list_at(found, "ids"))


@dataclass(frozen=True, slots=True)
class Fallback(Part):
    """The `strategy` that did not answer, and the error that it ended in (see routing.errors)."""

    strategy: str = ""
    code: str = ""
    context: JsonObject = field(default_factory=dict)

    @classmethod
    def from_json(cls, found: JsonObject) -> Self:
        return cls(text_at(found, "from"), text_at(found, "code"), object_at(found, "context"))

    def to_json(self) -> JsonObject:
        return {"from": self.strategy, "code": self.code, "context": self.context}


@dataclass(frozen=True, slots=True)
class Window(Part):
    """How many tokens the model can hold, and who said so (see routing.types.WindowKnown)."""

    tokens: int | None = None
    source: str = ""

    @classmethod
    def from_json(cls, found: JsonObject) -> Self:
        return cls(count_at(found, "tokens"), text_at(found, "source"))


@dataclass(frozen=True, slots=True)
class Model(Part):
    """`gpu_share` is what of it lay in a GPU's memory, 0 to 1; the oldest receipts have none."""

    digest: str = ""
    context_length: int | None = None
    gpu_share: float | None = None

    @classmethod
    def from_json(cls, found: JsonObject) -> Self:
        length, share = count_at(found, "context_length"), number_at(found, "gpu_share")
        return cls(text_at(found, "digest"), length, share)


def route_from_json(found: JsonObject) -> RouteChosen:
    strategy, model_name = text_at(found, "strategy"), text_at(found, "model_name")
    server, reason = text_at(found, "server"), text_at(found, "reason")
    return RouteChosen(strategy, model_name, server, reason, flag_at(found, "leaves_machine"))


def usage_from_json(found: JsonObject) -> Usage:
    return Usage(count_at(found, "input_tokens"), count_at(found, "output_tokens"))


def timings_from_json(found: JsonObject) -> Timings:
    total, load = number_at(found, "total_ms"), number_at(found, "load_ms")
    return Timings(total, load, number_at(found, "prompt_ms"), number_at(found, "generation_ms"))


def round_from_json(found: JsonObject) -> RoundEnded:
    usage, timings = object_at(found, "usage"), object_at(found, "timings")
    return RoundEnded(usage_from_json(usage), timings_from_json(timings))
