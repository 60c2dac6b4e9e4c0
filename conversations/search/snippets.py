"""The piece of a text around what was found, with the found words told apart.

Made here rather than by the database, so that both databases give the same, and no mark of theirs
could be forged by a message.
"""

import re
from collections import deque
from collections.abc import Iterator, Sequence

from conversations.search.values import Piece, Term
from conversations.search.words import Found, words_in_place

LENGTH = 220
BEFORE = 60

# The marks of Markdown that a reader of the rendered text does not see.
_markdown = re.compile(
    r"^[ \t]*(?:```|~~~).*$|^[ \t]*(?:#{1,6}|>|[-*+]|\d+\.)[ \t]+|^[ \t|:-]+$"
    r"|`+|\*\*+|(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)",
    re.M,
)
# They would turn what stands around a snippet, or are nothing to see.
_unseen = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")

type Span = tuple[int, int]


def snippet(text: str, terms: Sequence[Term], *, is_markdown: bool = False) -> list[Piece]:
    """About `LENGTH` characters around the first match; the text's beginning if there is none."""
    shown = _unseen.sub("", _markdown.sub("", text) if is_markdown else text)
    first = next(spans(shown, terms), (0, 0))
    start, end = _window(shown, first)
    return pieces(shown[start:end], terms, start > 0, end < len(shown))


def marked(text: str, terms: Sequence[Term]) -> list[Piece]:
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
    for start, end in _merged(spans(text, terms)):
        found += [Piece(_plain(text[at:start])), Piece(_plain(text[start:end]), is_match=True)]
        at = end
    found.append(Piece(_plain(text[at:]) + (" …" if cut_after else "")))
    return [piece for piece in found if piece.text]


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _merged(found: Iterator[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def spans(text: str, terms: Sequence[Term]) -> Iterator[Span]:
    """Where the terms are, in the order of their last words; reads no further than it is asked."""
    longest = max((len(term.words) for term in terms), default=0)
    recent: deque[Found] = deque(maxlen=longest)
    for word in words_in_place(text):
        recent.append(word)
        for term in terms:
            latest = list(recent)[-len(term.words) :]
            if _is_match(latest, term):
                yield latest[0].start, latest[-1].end


def _is_match(latest: Sequence[Found], term: Term) -> bool:
    seen = tuple(found.word for found in latest)
    if term.is_prefix:
        return seen[:-1] == term.words[:-1] and seen[-1].startswith(term.words[-1])
    return seen == term.words
