"""How one block's HTML became another: what comes to the end of which of its elements.

Both are finished HTML (sanitise.py): well formed, and `<` and `>` occur in tags only.
"""

import re
from dataclasses import dataclass
from html import unescape

_TAG = re.compile(r"<(/?)(\w+)[^>]*>")
_VOID = {"br", "hr", "img", "input"}
_LONGEST_ENTITY = len("&nbsp;")
# A browser's parser makes something else of these.
_PARSED_OTHERWISE = re.compile("[\r\0]")


@dataclass(frozen=True, slots=True)
class Growth:
    """`path` leads from the block to the element that changes: for each level, how many elements
    stand behind the one that it goes through. There the last `elements` go with the text around
    them, then so many UTF-16 `units` of text, and `html` takes their place."""

    html: str
    path: tuple[int, ...]
    elements: int = 0
    units: int = 0


@dataclass(frozen=True, slots=True)
class _End:
    """Where an element ends, and how many others do between the one within it and its own end."""

    at: int
    name: str
    before: int


def find_growth(old: str, new: str) -> Growth | None:
    """The smallest one; None where only the whole block will do."""
    if _PARSED_OTHERWISE.search(new):
        return None
    start, stop = _find_difference(old, new)
    tail = len(old) - stop
    ends = _ends_from(old, stop)
    depth = len(ends) - 1 - _net_depth(old[start:stop])
    unclosed = max(_count_unclosed(old[start:stop]), _count_unclosed(new[start : len(new) - tail]))
    outside_math = next((n + 1 for n, end in enumerate(ends) if end.name == "math"), 0)
    level = min(depth - unclosed, len(ends) - 1 - outside_math)
    if level <= 0:
        return None
    if level < depth:
        start = _open_elements(old[:start])[level]
    first = len(ends) - 1 - level
    stop = ends[first].at
    path = tuple(end.before for end in reversed(ends[first + 1 :]))
    return Growth(new[start : len(new) - len(old) + stop], path, *_measure(old[start:stop]))


def _find_difference(old: str, new: str) -> tuple[int, int]:
    """The piece of `old` that has another in its place, begun and ended between two tokens."""
    shorter = min(len(old), len(new))
    start = _count_alike(old[:shorter], new[:shorter])
    if (tag := old.rfind("<", 0, start)) > old.rfind(">", 0, start):
        start = tag
    entity = old.rfind("&", max(0, start - _LONGEST_ENTITY), start)
    if entity >= 0 and ";" not in old[entity:start]:
        start = entity
    rest = shorter - start
    alike = _count_alike(old[len(old) - rest :], new[len(new) - rest :], from_end=True)
    stop = len(old) - alike
    following = _TAG_EDGE.search(old, stop)
    return start, following.end() if following and following[0] == ">" else stop


_TAG_EDGE = re.compile("[<>]")


def _count_alike(old: str, new: str, *, from_end: bool = False) -> int:
    """How many characters two texts of one length begin with, or end with."""
    alike, most = 0, len(old)
    while alike < most:
        middle = (alike + most + 1) // 2
        if from_end:
            piece = slice(len(old) - middle, len(old) - alike)
        else:
            piece = slice(alike, middle)
        if old[piece] == new[piece]:
            alike = middle
        else:
            most = middle - 1
    return alike


def _ends_from(html: str, start: int) -> list[_End]:
    """Of all elements that are open there, the innermost first; at last the block's own."""
    ends = []
    depth = before = 0
    for tag in _TAG.finditer(html, start):
        if tag[1]:
            depth -= 1
        elif tag[2] not in _VOID:
            depth += 1
            continue
        if depth < 0:
            ends.append(_End(tag.start(), tag[2], before))
            depth = before = 0
        elif depth == 0:
            before += 1
    return [*ends, _End(len(html), "", before)]


def _net_depth(html: str) -> int:
    return sum(-1 if end else name not in _VOID for end, name in _TAG.findall(html))


def _count_unclosed(html: str) -> int:
    """How many elements end in it that have not begun in it."""
    depth = lowest = 0
    for end, name in _TAG.findall(html):
        depth += -1 if end else name not in _VOID
        lowest = min(lowest, depth)
    return -lowest


def _open_elements(html: str) -> list[int]:
    """Where those begin that are open at its end, the outermost first."""
    begins: list[int] = []
    for tag in _TAG.finditer(html):
        if tag[1]:
            begins.pop()
        elif tag[2] not in _VOID:
            begins.append(tag.start())
    return begins


def _measure(html: str) -> tuple[int, int]:
    """How many elements are directly in it, and the length of the text before the first."""
    elements = _ends_from(html, 0)[0].before
    return elements, len(unescape(html.partition("<")[0]).encode("utf-16-le")) // 2
