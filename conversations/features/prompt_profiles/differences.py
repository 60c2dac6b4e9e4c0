"""What changed between two versions, by lines, and within a changed line by words.

difflib takes the square of what it compares where nothing is alike, so there are limits: beyond
them whole lines, or the whole text, count as exchanged.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from chatstudio.base.json_types import JsonMapping
from chatstudio.base.words import count_of
from conversations.features.prompt_profiles.content import FIELDS
from conversations.rendering.blocks import count_alike
from routing.parameters import label_of_parameter

MOST_LINES = 1000
MOST_WORDS = 300
CONTEXT_LINES = 2

WORDS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    is_changed: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """`sign` is + (new), - (gone), a space (the same) or … (same lines that are not shown)."""

    sign: str
    pieces: tuple[Piece, ...]

    @property
    def kind(self) -> str:
        return {"+": "new", "-": "gone", "…": "skipped"}.get(self.sign, "same")

    @property
    def element(self) -> str:
        """What its changed pieces are in HTML."""
        return "ins" if self.sign == "+" else "del"


@dataclass(frozen=True, slots=True)
class FieldChange:
    label: str
    lines: tuple[Line, ...]


def changes(before: JsonMapping, after: JsonMapping) -> list[FieldChange]:
    """The fields that differ, in the order of the form."""
    pairs = ((label, before.get(field), after.get(field)) for field, label in FIELDS.items())
    return [
        FieldChange(label, tuple(difference(as_text(old), as_text(new))))
        for label, old, new in pairs
        if old != new
    ]


def as_text(value: object) -> str:
    if isinstance(value, dict):
        named = sorted((label_of_parameter(name), json.dumps(one)) for name, one in value.items())
        return "\n".join(f"{label}: {one}" for label, one in named)
    if isinstance(value, list):
        return "\n".join(map(str, value)) or "None"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return "" if value is None else str(value)


def difference(old: str, new: str) -> Iterator[Line]:
    before, after = old.splitlines(), new.splitlines()
    start = count_alike(before, after)
    end = count_alike(before[start:][::-1], after[start:][::-1])
    yield from _same(after[:start], at_end=True)
    yield from _middle(before[start : len(before) - end], after[start : len(after) - end])
    yield from _same(after[len(after) - end :], at_start=True)


def _middle(before: Sequence[str], after: Sequence[str]) -> Iterator[Line]:
    if max(len(before), len(after)) > MOST_LINES:
        yield from _exchange_lines(before, after)
        return
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from _same(after[c:d], at_start=True, at_end=True)
        else:
            yield from _replace_lines(before[a:b], after[c:d])


def _same(lines: Sequence[str], at_start: bool = False, at_end: bool = False) -> Iterator[Line]:
    """Of a long run of equal lines only those beside a change."""
    first = list(lines[:CONTEXT_LINES]) if at_start else []
    rest = lines[len(first) :]
    last = list(rest[-CONTEXT_LINES:]) if at_end else []
    hidden = len(rest) - len(last)
    yield from (Line(" ", (Piece(text),)) for text in first)
    if hidden:
        yield Line("…", (Piece(f"{count_of(hidden, 'line')} the same"),))
    yield from (Line(" ", (Piece(text),)) for text in last)


def _replace_lines(before: Sequence[str], after: Sequence[str]) -> Iterator[Line]:
    """Line by line where there are as many on both sides."""
    if len(before) != len(after):
        yield from _exchange_lines(before, after)
        return
    for old, new in zip(before, after, strict=True):
        gone, come = by_words(old, new)
        yield Line("-", gone)
        yield Line("+", come)


def _exchange_lines(before: Sequence[str], after: Sequence[str]) -> Iterator[Line]:
    yield from (Line("-", (Piece(text),)) for text in before)
    yield from (Line("+", (Piece(text),)) for text in after)


def by_words(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    left, right = WORDS.findall(old), WORDS.findall(new)
    if max(len(left), len(right)) > MOST_WORDS:
        return (Piece(old),), (Piece(new),)
    gone: list[Piece] = []
    come: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        gone.append(Piece("".join(left[a:b]), kind != "equal"))
        come.append(Piece("".join(right[c:d]), kind != "equal"))
    return tuple(one for one in gone if one.text), tuple(one for one in come if one.text)
