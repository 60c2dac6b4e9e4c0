"""The passages of a text that are nearest to a question: keywords alone, weighed as BM25 does."""

import math
import re
from collections import Counter
from dataclasses import dataclass

from chatstudio.base.words import group_digits

LENGTH = 800
K, B = 1.2, 0.75
# Scripts without spaces are compared sign by sign.
SIGNS = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
WORD = re.compile(rf"[{SIGNS}]|[^\W{SIGNS}]+")


@dataclass(frozen=True, slots=True)
class Passage:
    place: str
    text: str


def split(text: str) -> list[Passage]:
    """About 800 characters each, by whole lines where they are not longer. The place is a page
    where the text has pages (form feeds), else lines."""
    pages = text.split("\f")
    if len(pages) == 1:
        return [Passage(_lines(first, last), part) for first, last, part in _parts(text)]
    numbered = enumerate(pages, 1)
    return [Passage(f"page {n}", part) for n, page in numbered for _, _, part in _parts(page)]


def _lines(first: int, last: int) -> str:
    return (
        f"line {group_digits(first)}"
        if first == last
        else f"lines {group_digits(first)}–{group_digits(last)}"
    )


def _parts(text: str) -> list[tuple[int, int, str]]:
    """First line, last line, text."""
    found: list[tuple[int, int, str]] = []
    for number, line in enumerate(text.split("\n"), 1):
        for start in range(0, max(len(line), 1), LENGTH):
            piece = line[start : start + LENGTH]
            if found and len(found[-1][2]) + len(piece) < LENGTH:
                found[-1] = (found[-1][0], number, f"{found[-1][2]}\n{piece}")
            else:
                found.append((number, number, piece))
    return [part for part in found if part[2].strip()]


def nearest(passages: list[Passage], question: str, characters: int) -> list[Passage]:
    """As many as fit, in the order of the text; its beginning where no word is in common."""
    counts = [Counter(WORD.findall(passage.text.casefold())) for passage in passages]
    wanted = set(WORD.findall(question.casefold()))
    known = Counter(word for count in counts for word in wanted & count.keys())
    usual = sum(count.total() for count in counts) / max(len(counts), 1)

    def score(count: Counter[str]) -> float:
        length = K * (1 - B + B * count.total() / (usual or 1))
        rare = {w: math.log(1 + (len(counts) - n + 0.5) / (n + 0.5)) for w, n in known.items()}
        return sum(rare[w] * count[w] * (K + 1) / (count[w] + length) for w in rare if count[w])

    scores = list(map(score, counts))
    chosen: list[int] = []
    for at in sorted(range(len(passages)), key=lambda at: (-scores[at], at)):
        characters -= len(passages[at].text)
        if characters < 0:
            break
        chosen.append(at)
    return [passages[at] for at in sorted(chosen)]
