"""The parts of a receipt; `usage`, `timings`, `route` and `rounds` are routing's own values.

Fields have the names that they are stored under, `from_` without the line. Sizes are bytes, ids are
public ones.
"""

from dataclasses import dataclass, field, fields
from hashlib import sha256

from chatstudio.base.json_types import JsonObject, JsonValue


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
    """It stands for so many `messages`, the newest of them `upto`; older receipts have no count.
    `ids` are as they are stored: there may be thousands, and no page needs them."""

    upto: str = ""
    sha256: str = ""
    bytes: int = 0
    messages: int = 0
    ids: list[JsonValue] = field(default_factory=list)


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
    """The oldest `turns`, of so many `messages`. `reason` is `window`: they did not fit it.
    `ids` are as they are stored: there may be thousands, and no page needs them."""

    messages: int = 0
    turns: int = 0
    reason: str = ""
    ids: list[JsonValue] = field(default_factory=list)


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
