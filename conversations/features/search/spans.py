"""Where the terms of a search are in a text, found without taking every word of it apart."""

import re
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from heapq import merge

from conversations.features.search.values import Term
from conversations.features.search.words import Found, folded_in_place, words_in_place

type Span = tuple[int, int]

_letters = re.compile(r"[^\W_]*")
_others = re.compile(r"[\W_]*")


def spans(text: str, terms: Sequence[Term]) -> Iterator[Span]:
    """Where the terms are, in the order of their last words."""
    folded = folded_in_place(text)
    if not folded:
        yield from _word_by_word(text, terms)
        return
    places = merge(*(_places(folded[0], term) for term in terms), key=lambda span: span[1])
    if not (ends := folded[1]):
        yield from places
    else:
        for start, end in places:
            yield bisect_right(ends, start), bisect_left(ends, end) + 1


def _places(folded: str, term: Term) -> Iterator[Span]:
    start = folded.find(term.words[0])
    while start >= 0:
        if (end := _end(folded, start, term)) >= 0:
            yield start, end
        start = folded.find(term.words[0], start + 1)


def _end(folded: str, start: int, term: Term) -> int:
    """Where the term ends that may begin here; -1 if it does not."""
    if start and _letters.match(folded, start - 1, start).end() == start:  # type: ignore[union-attr]
        return -1
    at = start
    for number, word in enumerate(term.words):
        at = _others.match(folded, at).end()  # type: ignore[union-attr]
        if not folded.startswith(word, at):
            return -1
        end = _letters.match(folded, at).end()  # type: ignore[union-attr]
        goes_on = term.is_prefix and number == len(term.words) - 1
        if end != at + len(word) and not goes_on:
            return -1
        at = end
    return at


def _word_by_word(text: str, terms: Sequence[Term]) -> Iterator[Span]:
    """Reads no further than it is asked."""
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
