"""The piece of a text around what was found, with the found words told apart.

Made here rather than by the database, so that both databases give the same, and no mark of theirs
could be forged by a message.
"""

import re
from collections.abc import Iterator, Sequence

from conversations.features.search.spans import Span, spans
from conversations.features.search.values import Piece, Term

LENGTH = 220
BEFORE = 60

# The marks of Markdown that a reader of the rendered text does not see: at a line's beginning, and
# within it. Apart, as a pattern that begins with one of two characters is looked for fast.
_line_marks = re.compile(
    r"^[ \t]*(?:```|~~~).*$|^[ \t]*(?:#{1,6}|>|[-*+]|\d+\.)[ \t]+|^[ \t|:-]+$", re.M
)
_marks = re.compile(r"`+|\*\*+|\*(?<!\w\*)(?=\S)|\*(?<=\S\*)(?!\w)")
_table_row = re.compile(r"^[ \t]*\|(.*)\|[ \t]*$", re.M)
_link = re.compile(r"!?\[([^\[\]\n]{1,200})\]\([^()\s]{1,500}\)")
# They would turn what stands around a snippet, or are nothing to see.
_unseen = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def snippet(text: str, terms: Sequence[Term], *, is_markdown: bool = False) -> list[Piece]:
    """About `LENGTH` characters around the first match; the text's beginning if there is none."""
    shown = _unseen.sub("", without_marks(text) if is_markdown else text)
    first = next(spans(shown, terms), (0, 0))
    start, end = _window(shown, first)
    return pieces(shown[start:end], terms, start > 0, end < len(shown))


def without_marks(markdown: str) -> str:
    lines = _line_marks.sub("", markdown)
    rows = _table_row.sub(lambda row: _cells(row[1]), lines)
    return _marks.sub("", _link.sub(r"\1", rows))


def _cells(row: str) -> str:
    return " · ".join(filter(None, map(str.strip, row.split("|"))))


def mark_terms(text: str, terms: Sequence[Term]) -> list[Piece]:
    """The whole of a short text, such as a title."""
    return pieces(_unseen.sub("", text), terms)


def _window(text: str, match: Span) -> Span:
    start = max(0, match[0] - BEFORE)
    end = min(len(text), max(start + LENGTH, min(match[1], start + 2 * LENGTH)))
    if start and (space := text.find(" ", start, match[0])) >= 0:
        start = space + 1
    if end < len(text) and (space := text.rfind(" ", match[1], end)) > 0:
        end = space
    return start, end


def pieces(
    text: str, terms: Sequence[Term], cut_before: bool = False, cut_after: bool = False
) -> list[Piece]:
    found = [Piece("… ")] if cut_before else []
    at = 0
    for start, end in _merge(spans(text, terms)):
        found += [Piece(_plain(text[at:start])), Piece(_plain(text[start:end]), is_match=True)]
        at = end
    found.append(Piece(_plain(text[at:]) + (" …" if cut_after else "")))
    return [piece for piece in found if piece.text]


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _merge(found: Iterator[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
