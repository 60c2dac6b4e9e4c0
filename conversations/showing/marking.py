"""Marks in two renderings what the other one does not have; nothing where that would be all. Only
pieces of text are wrapped, so each stays as well-formed as it was."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST_WORDS, MOST_SENTENCES = 2_000, 3_000
"""Of both together: longer ones are compared by sentence, and still longer ones not at all."""
FEWEST_ALIKE = 3
"""So many words stand for themselves between two that differ; fewer are marked with them."""
# A formula is one word, and the caption of a block of code is ours.
PIECES = re.compile(
    r"(?P<formula><math\b.*?</math>)"
    r"""|(?P<tag><figcaption>.*?</figcaption>|<(?:"[^"]*"|[^>"])*>)"""
    r"|(?P<text>[^<]+)",
    re.DOTALL,
)
WORDS = re.compile(r"\s+|&#?\w+;|\w+|[^\w\s]")
SENTENCES = re.compile(r"\s+|\S[^.!?…\n]*[.!?…]*")


@dataclass(frozen=True, slots=True)
class Token:
    html: str
    is_word: bool


def mark_differences(first: str, second: str) -> tuple[str, str]:
    for pattern, most in ((WORDS, MOST_WORDS), (SENTENCES, MOST_SENTENCES)):
        sides = [list(_tokens(html, pattern)) for html in (first, second)]
        words = [[token.html for token in side if token.is_word] for side in sides]
        if sum(map(len, words)) <= most:
            differing = _find_differing(*words)
            if all(len(found) == len(side) for found, side in zip(differing, words, strict=True)):
                break
            left, right = map(_joined, sides, differing)
            return left, right
    return first, second


def _tokens(html: str, pattern: re.Pattern[str]) -> Iterator[Token]:
    for piece in PIECES.finditer(html):
        if piece.lastgroup == "text":
            for word in pattern.findall(piece[0]):
                yield Token(word, is_word=not word.isspace())
        else:
            yield Token(piece[0], is_word=piece.lastgroup == "formula")


def _find_differing(first: Sequence[str], second: Sequence[str]) -> tuple[set[int], set[int]]:
    codes = SequenceMatcher(None, first, second, autojunk=False).get_opcodes()
    marked: tuple[set[int], set[int]] = set(), set()
    for at, (tag, *places) in enumerate(codes):
        is_lost_between = 0 < at < len(codes) - 1 and places[1] - places[0] < FEWEST_ALIKE
        if tag != "equal" or is_lost_between:
            marked[0].update(range(*places[:2]))
            marked[1].update(range(*places[2:]))
    return marked


def _joined(tokens: Sequence[Token], differing: set[int]) -> str:
    """White space is marked between two words that are."""
    html: list[str] = []
    number, space, is_open = -1, "", False
    for token in tokens:
        if not token.is_word and token.html.isspace():
            space += token.html
            continue
        number += token.is_word
        differs = token.is_word and number in differing
        if is_open and not differs:
            html.append("</mark>")
        html.append(space)
        if differs and not is_open:
            html.append("<mark>")
        html.append(token.html)
        space, is_open = "", differs
    return "".join((*html, "</mark>" if is_open else "", space))
