"""What an answer consists of so far: its parts in the order in which they happened."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from time import monotonic

from routing.types import Event, ReasoningDelta, TextDelta


@dataclass(slots=True)
class Part:
    """`kind` and `position` are those of MessagePart; `began` is a monotonic clock in seconds."""

    kind: str
    position: int
    content: str = ""
    round: int = 0
    duration_ms: int | None = None
    began: float = field(default_factory=monotonic)


class Transcript:
    """Grows with each event. `version` counts the changes; `saved` is the version last saved."""

    def __init__(self, parts: Iterable[Part] = ()) -> None:
        self.parts = list(parts)
        self.version = 0
        self.saved = 0

    def apply(self, event: Event) -> None:
        match event:
            case TextDelta(text=text):
                self._append("text", text)
            case ReasoningDelta(text=text):
                self._append("reasoning", text)
            case _:
                return
        self.version += 1

    def _append(self, kind: str, text: str) -> None:
        text = storable(text)
        last = self.parts[-1] if self.parts else None
        if last is None or last.kind != kind:
            self.close()
            last = Part(kind, position=last.position + 1 if last else 0)
            self.parts.append(last)
        last.content += text

    def close(self) -> None:
        """The last part is complete; reasoning gets its duration."""
        if self.parts and self.parts[-1].kind == "reasoning":
            part = self.parts[-1]
            if part.duration_ms is None:
                part.duration_ms = round((monotonic() - part.began) * 1000)

    @property
    def is_dirty(self) -> bool:
        return self.version != self.saved

    @property
    def text(self) -> str:
        return "".join(part.content for part in self.parts if part.kind == "text")


def storable(text: str) -> str:
    """A model may write what neither a database nor a websocket takes: a NUL character, or half
    of a surrogate pair, which JSON can express. The replacement character stands in for it."""
    if not text.isascii():
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.replace("\x00", "\ufffd")
