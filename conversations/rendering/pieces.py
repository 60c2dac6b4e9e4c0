"""A very long text in pieces that a page can take, each a Markdown text of its own.

They end behind a paragraph where there is one, and a block of code that goes on is opened again.
What one piece defines (a footnote, an address for links) the others do not know.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

LENGTH = 100_000
"""Characters: about 25,000 tokens, more than nearly all answers have."""
MOST = LENGTH + LENGTH // 5
"""What is shown without a cut, as the rest would be little."""
_ENDS = (re.compile(r"\n\n+(?=\S)"), re.compile(r"\n"), re.compile(r"\s"))
_FENCE = re.compile(r"^ {0,3}(?P<marks>`{3,}|~{3,})(?P<info>[^\n`]*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Piece:
    """`start` and `end` are places in the whole text; `markdown` may have fences besides."""

    start: int
    end: int
    markdown: str


def cut_into_pieces(text: str) -> Iterator[Piece]:
    start, opening = 0, ""
    while start < len(text):
        end = end_of_piece(text, start)
        markdown = opening + text[start:end]
        opening = _open_fence(markdown)
        yield Piece(start, end, markdown)
        start = end


def end_of_piece(text: str, start: int) -> int:
    if len(text) - start <= MOST:
        return len(text)
    for mark in _ENDS:
        found = [one.end() for one in mark.finditer(text, start + LENGTH // 2, start + LENGTH)]
        if found:
            return found[-1]
    return start + LENGTH


def piece_at(text: str, start: int) -> Piece | None:
    """The one that begins there."""
    return next((piece for piece in cut_into_pieces(text) if piece.start == start), None)


def _open_fence(markdown: str) -> str:
    """The line that opens the block of code in which a piece ends; empty where it ends in none."""
    opened: re.Match[str] | None = None
    for found in _FENCE.finditer(markdown):
        if opened is None:
            opened = found
        elif found["marks"].startswith(opened["marks"]) and not found["info"].strip():
            opened = None
    return f"{opened[0]}\n" if opened else ""
