"""The passages of a text that are nearest to a question."""

from dataclasses import dataclass

from chatstudio.base.ranking import score_texts, words_of
from chatstudio.base.words import group_digits

LENGTH = 800


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
    scores = score_texts([words_of(passage.text) for passage in passages], words_of(question))
    chosen: list[int] = []
    for at in sorted(range(len(passages)), key=lambda at: (-scores[at], at)):
        characters -= len(passages[at].text)
        if characters < 0:
            break
        chosen.append(at)
    return [passages[at] for at in sorted(chosen)]
