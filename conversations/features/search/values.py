"""What is asked and what is answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

PAGE = 20
LONGEST = 300  # characters of a search


@dataclass(frozen=True, slots=True)
class Filters:
    """Empty means any. `role` is user or assistant; both days are included; `tag` is one that the
    conversation has, by its whole name."""

    model_name: str = ""
    routing_profile: str = ""
    role: str = ""
    from_day: date | None = None
    to_day: date | None = None
    tag: str = ""

    @property
    def is_any_day(self) -> bool:
        return self.from_day is None and self.to_day is None

    @property
    def is_any_message(self) -> bool:
        """Of the conversations with this tag, if there is one."""
        return self == Filters(tag=self.tag)


@dataclass(frozen=True, slots=True)
class Term:
    """Folded words that stand next to each other; with `is_prefix` the last may go on."""

    words: tuple[str, ...]
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """Every one of `wanted` and none of `unwanted`. `problem` says why there is nothing to look
    for, as a sentence for the person."""

    wanted: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """The index's table, its id, the condition under which a row is a hit, and its parameters."""

    index: str
    id: str
    condition: str
    parameters: Sequence[str]

    @property
    def names(self) -> dict[str, str]:
        return {"index": self.index, "id": self.id, "condition": self.condition}


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a snippet: plain text, to be escaped where it is shown."""

    text: str
    is_match: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    message_id: UUID
    conversation_id: UUID
    title: str
    role: str
    model_name: str
    created_at: datetime
    snippet: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class TitleHit:
    conversation_id: UUID
    title: Sequence[Piece]
    last_message_at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """Newest first. `next_cursor` is empty on the last page; titles are on the first one."""

    hits: Sequence[Hit] = ()
    titles: Sequence[TitleHit] = ()
    next_cursor: str = ""
    problem: str = ""
