"""Split comrak's HTML at top level.

With escaping on, its output is well formed and has no comments, and `<` and `>` occur in tags only.
At top level stand leaf blocks, containers, `<hr />` and bare text (an HTML block of the source,
escaped).
"""

import re
from collections.abc import Iterable

_OPENING = re.compile(r"<(?:(p|h[1-6]|pre|table)|(ul|ol|blockquote|div)|hr)\b")
_CONTAINER_TAG = re.compile(r"<(/?)(?:ul|ol|blockquote|div)\b[^>]*>")


def split_blocks(html: str) -> list[str]:
    """The pieces in order; joined they are the input again."""
    blocks = []
    start = 0
    while start < len(html):
        end = _block_end(html, start)
        blocks.append(html[start:end])
        start = end
    return blocks


def settled(html: str, previous: Iterable[str]) -> tuple[int, int]:
    """How many of the previous pieces open the HTML unchanged and cannot grow, and their length."""
    count = length = last = 0
    for block in previous:
        if not html.startswith(block, length):
            break
        count += 1
        last = len(block)
        length += last
    # Bare text may have grown at its end, so the last equal piece is not settled.
    return max(0, count - 1), length - last


def _block_end(html: str, start: int) -> int:
    if html[start] != "<":
        return _or_end(html, html.find("<", start))
    opening = _OPENING.match(html, start)
    if opening is None:
        return len(html)
    leaf, container = opening.groups()
    if container:
        end = _container_end(html, start)
    else:
        # No leaf block holds another of its kind, so the first closing tag is its own.
        closing = f"</{leaf}>" if leaf else ">"
        found = html.find(closing, start)
        end = found + len(closing) if found >= 0 else len(html)
    return end + html.startswith("\n", end)


def _container_end(html: str, start: int) -> int:
    depth = 0
    for tag in _CONTAINER_TAG.finditer(html, start):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return tag.end()
    return len(html)


def _or_end(html: str, found: int) -> int:
    return found if found >= 0 else len(html)
