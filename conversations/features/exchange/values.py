"""What passes between a file and the rows: plain values without ids of rows.

Readers make them, writers take them. A message names its parent by key; keys mean something
within their conversation alone. Times are aware; texts are clean (see fields.py).
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import TypedDict

from chatstudio.base.json_types import JsonObject, JsonValue, Readable, objects_at, text_at


@dataclass(slots=True)
class ForeignToolCall:
    call_id: str
    name: str
    arguments: JsonValue = field(default_factory=dict)
    result: str = ""
    error: str = ""
    status: str = "done"
    risk: str = ""
    decision: str | None = None
    decision_reason: str = ""
    decided_at: datetime | None = None
    dialogue: list[JsonObject] = field(default_factory=list)
    started_at: datetime | None = None
    finished_at: datetime | None = None


@dataclass(slots=True)
class ForeignGeneration:
    """One run of a model. `tool_calls` are shared with the parts that show them."""

    cause: str = "answer"
    status: str = "complete"
    strategy: str = "direct"
    model_name: str = ""
    server: str = ""
    finish_reason: str = ""
    error_code: str = ""
    error_context: JsonObject = field(default_factory=dict)
    receipt: JsonObject = field(default_factory=dict)
    created_at: datetime | None = None
    finished_at: datetime | None = None
    tool_calls: list[ForeignToolCall] = field(default_factory=list)


@dataclass(slots=True)
class ForeignPart:
    """`kind` is text, reasoning or tool_call; a call has no content of its own."""

    kind: str
    content: str = ""
    round: int = 0
    duration_ms: int | None = None
    tool_call: ForeignToolCall | None = None


class Citation(TypedDict):
    title: str
    url: str


@dataclass(slots=True)
class ForeignMessage:
    key: str
    parent: str | None
    role: str
    parts: list[ForeignPart] = field(default_factory=list)
    created_at: datetime | None = None
    status: str = "complete"
    model_name: str = ""
    server: str = ""
    routing_profile: str = ""
    metadata: JsonObject = field(default_factory=dict)
    generations: list[ForeignGeneration] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(part.content for part in self.parts if part.kind == "text")

    @property
    def is_hidden(self) -> bool:
        return bool(self.metadata.get("hidden"))

    @property
    def citations(self) -> list[Citation]:
        found = objects_at(self.metadata, "citations")
        return [{"title": text_at(one, "title"), "url": text_at(one, "url")} for one in found]


CAME_LATER = {"chosen_tools"}
NOT_HASHED = {"messages", "notes", "where", "source_id", "format", "system_prompt"}


@dataclass(slots=True)
class ForeignConversation:
    """`head` is the key of the active leaf. `notes` say what the file did not hold or what cannot
    be kept; `sections` is what others add to our own format, see sections.py."""

    source_id: str
    format: str = ""
    title: str = ""
    messages: list[ForeignMessage] = field(default_factory=list)
    head: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    model_name: str = ""
    server: str = ""
    routing_profile: str = "direct"
    prompt_profile: str = ""
    system_prompt: str = ""
    parameters: JsonObject = field(default_factory=dict)
    memory_enabled: bool = True
    tools_enabled: bool = False
    summarises: bool = False
    chosen_tools: list[str] | None = None
    is_pinned: bool = False
    is_archived: bool = False
    tags: list[str] = field(default_factory=list)
    sections: Readable = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    where: str = ""

    @property
    def content_hash(self) -> str:
        """Of all that an import would write. Message by message: it needs no second copy. What came
        later to the format counts where it says something: hashes of earlier imports still hold."""
        digest = hashlib.sha256()
        for name in self.__dataclass_fields__:
            is_absent = name in CAME_LATER and getattr(self, name) is None
            if name not in NOT_HASHED and not is_absent:
                digest.update(_bytes([name, getattr(self, name)]))
        for message in self.messages:
            digest.update(_bytes(asdict(message)))
        return digest.hexdigest()

    def branch(self) -> Iterator[ForeignMessage]:
        """The messages that lead to the head, oldest first."""
        by_key = {message.key: message for message in self.messages}
        chain: list[ForeignMessage] = []
        key = self.head
        while key is not None:
            chain.append(by_key[key])
            key = by_key[key].parent
        return reversed(chain)


def _bytes(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, default=str, ensure_ascii=False).encode()


@dataclass(frozen=True, slots=True)
class ForeignRecord:
    """A line of our own format that belongs to the person and to no conversation."""

    section: str
    data: object
    where: str = ""


@dataclass(frozen=True, slots=True)
class ForeignPiece:
    """Some of an attached file's bytes, of the conversation that comes next. `file` is its name
    within the export alone."""

    file: str
    data: bytes
    where: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something of a file does not go in. With `passed_over` it held no conversation."""

    reason: str
    where: str = ""
    title: str = ""
    passed_over: bool = False


class Unreadable(Exception):
    """The file as a whole is refused; the text says why and what to do."""


class Refused(Exception):
    """One conversation is refused; the text says why."""


type Found = ForeignConversation | ForeignRecord | ForeignPiece
type Entry = Found | Problem
