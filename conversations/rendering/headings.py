"""Headings of an answer as parts of its page, where the answer's own heading is of level 2.

Which levels a text uses is not known while it grows, so a heading's depends on those before it
alone: it lies as deep as headings of lower levels are open above it, and no level is left out.
"""

import re

type Outline = tuple[int, ...]
"""The levels, as they are written, of the headings that are open."""

FIRST, DEEPEST = 3, 6
_HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>", re.DOTALL)


def open_headings(html: str, outline: Outline) -> Outline:
    """Those that are open behind it."""
    for heading in _HEADING.finditer(html):
        outline = _open(int(heading[1]), outline)
    return outline


def place_headings(html: str, outline: Outline) -> str:
    def place(heading: re.Match[str]) -> str:
        nonlocal outline
        outline = _open(int(heading[1]), outline)
        level = min(FIRST + len(outline) - 1, DEEPEST)
        return f"<h{level}>{heading[2]}</h{level}>"

    return _HEADING.sub(place, html)


def _open(level: int, outline: Outline) -> Outline:
    return (*(above for above in outline if above < level), level)
