"""What an answer consists of so far: its parts in the order in which they happened."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import StringIO
from time import monotonic
from typing import Any
from uuid import UUID

from chatstudio.base.json_types import JsonObject
from chatstudio.base.text import replace_unstorable, size_of
from routing.tools.base import Question
from routing.types import (
    ApprovalNeeded,
    Event,
    ReasoningDelta,
    Recast,
    RoundEnded,
    TextDelta,
    ToolCall,
    ToolCallFinished,
    ToolCallStarted,
)

SAVED_EACH_TIME = 25_000
LONGEST_UNSAVED_SECONDS = 10.0
"""A part is a value of one row, which is written whole: up to so many characters at each look,
beyond that a second later for each as many more, so that a long answer does not cost the square of
its length. What a crash takes along are these seconds at most."""


@dataclass(slots=True)
class CallState:
    """A tool call as its row has it; `row_id` and `public_id` are known once it is saved."""

    call_id: str
    name: str
    arguments: Mapping[str, Any]
    risk: str = ""
    status: str = "running"
    result: str = ""
    decision: str = ""
    decision_reason: str = ""
    dialogue: list[JsonObject] = field(default_factory=list)
    started_at: datetime | None = None
    finished_at: datetime | None = None
    row_id: int | None = None
    public_id: UUID | None = None
    saved_status: str = ""

    @property
    def is_dirty(self) -> bool:
        return self.status != self.saved_status


class Part:
    """`kind` and `position` are those of MessagePart; `began` is a monotonic clock in seconds. Its
    words are a StringIO, as each piece behind a long text would copy all of it: one call of it is
    whole for a thread that saves meanwhile. `version` is the transcript's with which it last
    changed."""

    __slots__ = (
        *("_words", "began", "call", "duration_ms", "kind", "position", "round", "version"),
    )

    def __init__(
        self,
        kind: str,
        position: int,
        content: str = "",
        round: int = 0,
        duration_ms: int | None = None,
        call: CallState | None = None,
    ) -> None:
        self.kind = kind
        self.position = position
        self.round = round
        self.duration_ms = duration_ms
        self.call = call
        self.began = monotonic()
        self.version = 0
        self.content = content

    @property
    def content(self) -> str:
        return self._words.getvalue()

    @content.setter
    def content(self, text: str) -> None:
        self._words = StringIO(newline="")
        self._words.write(text)

    @property
    def length(self) -> int:
        return self._words.tell()

    def add(self, text: str) -> None:
        self._words.write(text)


class Transcript:
    """Grows with each event. `version` counts the changes; `saved` is the version last saved, and
    `saved_at` when that was, by a monotonic clock. `size` is the bytes that came: words, thoughts,
    and what tools were asked and told."""

    def __init__(self, parts: Iterable[Part] = ()) -> None:
        self.parts = list(parts)
        self.version = 0
        self.saved = 0
        self.saved_at = 0.0
        self.size = 0
        self.round = max((part.round for part in self.parts), default=0)
        self._round_is_over = any(part.call for part in self.parts)

    def apply(self, event: Event) -> None:
        """What an event changes are the last part, and a call that is there already."""
        match event:
            case TextDelta():
                self._append("text", event.text)
            case ReasoningDelta():
                self._append("reasoning", event.text)
            case Recast():
                self._recast(event)
            case ToolCallStarted(call=call, risk=risk):
                self._call(call, risk, "running")
            case ApprovalNeeded(call=call, risk=risk, question=question):
                self._call(call, risk, "awaiting_approval", question)
            case ToolCallFinished():
                self._finish_call(event)
            case RoundEnded():
                self.close()
                self._round_is_over = True
            case _:
                return
        self.version += 1
        if self.parts:
            self.parts[-1].version = self.version

    def _append(self, kind: str, text: str) -> None:
        text = replace_unstorable(text)
        last = self.parts[-1] if self.parts else None
        if self._round_is_over:
            self.round, self._round_is_over = self.round + 1, False
            last = None
        if last is None or last.kind != kind:
            last = self._begin(kind)
        last.add(text)
        self.size += size_of(text)

    def _recast(self, event: Recast) -> None:
        """Only the end of a part, where it goes on from an earlier generation."""
        last = self.parts[-1] if self.parts else None
        if last is None or last.call or last.kind == event.kind:
            return
        earlier = last.content[: -len(event.text)]
        text = replace_unstorable(event.words).strip()
        if earlier.strip():
            last.content, last.version = earlier, self.version + 1
            self._begin(event.kind).content = text
        else:
            last.kind, last.content, last.duration_ms = event.kind, text, None
            self.close()

    def _begin(self, kind: str) -> Part:
        self.close()
        position = self.parts[-1].position + 1 if self.parts else 0
        part = Part(kind, position, round=self.round)
        self.parts.append(part)
        return part

    def _call(
        self, call: ToolCall, risk: str, status: str, question: Question | None = None
    ) -> None:
        """A call that a person has decided on is there already, and goes on; one that asks them
        something waits again."""
        state = self.call_of(call.call_id)
        if state is None:
            arguments = storable_json(dict(call.arguments))
            state = CallState(call.call_id, replace_unstorable(call.name), arguments, risk)
            self._begin("tool_call").call = state
            self.size += size_of(json.dumps(arguments, ensure_ascii=False))
        self._touch(state)
        state.status = status
        if status == "running":
            state.started_at = datetime.now(UTC)
        if question:
            asked = {"question": question.text, "schema": dict(question.schema)}
            state.dialogue = [*state.dialogue, storable_json(asked)]
            state.decision = ""

    def _finish_call(self, event: ToolCallFinished) -> None:
        if state := self.call_of(event.call_id):
            self._touch(state)
            state.status = "done" if event.ok else "failed"
            state.result = replace_unstorable(event.result)
            self.size += size_of(state.result)
            state.finished_at = datetime.now(UTC)

    def call_of(self, call_id: str) -> CallState | None:
        """The newest of that id: some servers count from the beginning in every round."""
        calls = (part.call for part in reversed(self.parts) if part.call)
        return next((call for call in calls if call.call_id == call_id), None)

    def close(self) -> None:
        """The last part is complete; reasoning gets its duration."""
        if self.parts and self.parts[-1].kind == "reasoning":
            part = self.parts[-1]
            if part.duration_ms is None:
                part.duration_ms = round((monotonic() - part.began) * 1000)
                part.version = self.version + 1

    def _touch(self, state: CallState) -> None:
        for part in self.parts:
            if part.call is state:
                part.version = self.version + 1

    @property
    def is_dirty(self) -> bool:
        return self.version != self.saved

    def is_due(self, now: float) -> bool:
        """Whether it is to be saved."""
        if not self.is_dirty:
            return False
        longest = max((part.length for part in self.unsaved_parts()), default=0)
        return now - self.saved_at >= min(longest / SAVED_EACH_TIME - 1, LONGEST_UNSAVED_SECONDS)

    def unsaved_parts(self) -> list[Part]:
        """So that long thoughts are not written anew with each word behind them."""
        return [part for part in self.parts if part.version > self.saved]

    @property
    def calls_made(self) -> int:
        """How many calls have a result."""
        return sum(bool(part.call and part.call.finished_at) for part in self.parts)

    @property
    def text(self) -> str:
        return "".join(part.content for part in self.parts if part.kind == "text")


def storable_json(value: Any) -> Any:
    if isinstance(value, str):
        return replace_unstorable(value)
    if isinstance(value, dict):
        return {replace_unstorable(str(key)): storable_json(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [storable_json(entry) for entry in value]
    return value
