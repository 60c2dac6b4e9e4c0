"""A text that grows, and what that changes on the screen."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import accumulate

from conversations.rendering.blocks import Block, finish_block
from conversations.rendering.markdown import ends_in_open_code, settled, split_blocks, to_html

# Highlighting and formulas cost a hundred times the rest; what lies beyond this much HTML goes
# without.
RICH_LENGTH = 150_000


@dataclass(frozen=True, slots=True)
class Changes:
    """Keep the first `first_changed` blocks, replace the rest by `blocks`.

    Of the old blocks behind `first_changed`, the last `removed` have no successor.
    """

    first_changed: int
    blocks: tuple[Block, ...]
    removed: int


@dataclass(frozen=True, slots=True)
class _Source:
    """All that a block depends on: equal sources give equal blocks."""

    raw: str
    last_code_is_open: bool
    rich: bool

    def finish(self) -> Block:
        return finish_block(self.raw, last_code_is_open=self.last_code_is_open, rich=self.rich)


class BlockStream:
    """The blocks shown last.

    A flush costs one comrak render and the work on the blocks that differ.
    """

    def __init__(self) -> None:
        self._sources: list[_Source] = []
        self._blocks: list[Block] = []

    @property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(self._blocks)

    def update(self, markdown: str, *, final: bool) -> Changes:
        html = to_html(markdown)
        kept, length = settled(html, (source.raw for source in self._sources))
        sources = _sources(html[length:], length)
        if sources and not final and ends_in_open_code(markdown, html):
            sources[-1] = replace(sources[-1], last_code_is_open=True)
        return self._show(kept, sources)

    def _show(self, start: int, sources: list[_Source]) -> Changes:
        unchanged = start + _common_prefix(self._sources[start:], sources)
        fresh = [source.finish() for source in sources[unchanged - start :]]
        before = self._blocks[unchanged:]
        # Another source may still give the same block, when a fence without a language closes.
        same = _common_prefix(before, fresh)
        self._sources[start:] = sources
        self._blocks[unchanged:] = fresh
        removed = max(0, len(before) - len(fresh))
        return Changes(unchanged + same, tuple(fresh[same:]), removed)


def _sources(html: str, offset: int) -> list[_Source]:
    raws = split_blocks(html)
    lengths = accumulate(map(len, raws))
    return [
        _Source(raw, last_code_is_open=False, rich=offset + length <= RICH_LENGTH)
        for raw, length in zip(raws, lengths, strict=True)
    ]


def render(markdown: str, *, final: bool = True) -> list[Block]:
    """The blocks of the whole text; `final=False` leaves code plain while its fence is open."""
    stream = BlockStream()
    stream.update(markdown, final=final)
    return list(stream.blocks)


def _common_prefix[T](left: Iterable[T], right: Iterable[T]) -> int:
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count
