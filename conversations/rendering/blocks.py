"""A text that grows, as safe blocks of the page, and what each flush changes of them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from html import escape, unescape
from itertools import islice

from conversations.rendering.code_blocks import dress_code_blocks
from conversations.rendering.elements import revive_elements
from conversations.rendering.formulas import dress_formulas
from conversations.rendering.headings import Outline, open_headings, place_headings
from conversations.rendering.links import rewrite_links
from conversations.rendering.markdown import (
    attempt,
    count_settled,
    ends_in_open_code,
    find_settled,
    reaches_back,
    split_blocks,
    to_html,
)
from conversations.rendering.marks import MARK
from conversations.rendering.preparing import Prepared, Preparer
from conversations.rendering.sanitise import sanitise

# Highlighting and formulas cost a hundred times the rest; what lies beyond this much HTML goes
# without.
RICH_LENGTH = 150_000
# HTML parsers, ours and the browser's, need quadratic time for deep nesting; browsers stop at 512.
MAX_DEPTH = 200
_TAG = re.compile(r"<(/?)(\w+)[^>]*>")
_VOID = {"br", "hr", "img", "input"}
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc]")
_ANY_BLOCK = re.compile(r"<(?:p|h[1-6]|ul|ol|blockquote|details|section|div)\b")
_ALIGN = re.compile(r'(<t[hd]) align="(left|center|right)"')
_TABLE = (
    '<div class="table-wrap"><button type="button" data-copy="table">'
    '<span class="label">Copy</span> as CSV</button><table>'
)
_EMPTY_HEAD = re.compile(r"<th([^>]*)></th>")


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the page: `html` is safe as it stands."""

    html: str


@dataclass(frozen=True, slots=True)
class _Settled:
    """The beginning that no later word changes: its text, the length of its HTML, its blocks."""

    text: str = ""
    html: int = 0
    blocks: int = 0


@dataclass(frozen=True, slots=True)
class Changes:
    """Keep the first `first_changed` blocks, replace the rest, `before`, by `blocks`."""

    first_changed: int
    blocks: tuple[Block, ...]
    before: tuple[Block, ...] = ()
    # What the stream goes on from, once they are taken.
    first_source: int = field(default=0, repr=False, compare=False)
    sources: tuple["_Source", ...] = field(default=(), repr=False, compare=False)
    settled: _Settled = field(default=_Settled(), repr=False, compare=False)

    def __bool__(self) -> bool:
        return self.blocks != self.before


@dataclass(frozen=True, slots=True)
class _Source:
    """All that a block depends on: equal sources give equal blocks."""

    raw: str
    last_code_is_open: bool
    rich: bool
    """Allows the slow parts, highlighting and formulas."""
    outline: Outline
    """The headings that are open before it."""

    def outline_behind(self) -> Outline:
        return open_headings(self.raw, self.outline) if "<h" in self.raw else self.outline

    def finish(self) -> Block:
        html = None if _too_deep(self.raw) else attempt(lambda: _dress(self))
        return Block(_text_only(self.raw) if html is None else html)


SETTLE_LENGTH = 6_000
"""Characters from which it is worthwhile to look for a beginning that is settled."""


class BlockStream:
    """The blocks shown last.

    A flush costs one comrak render of what is not settled, and the work on what is new and the
    blocks that differ.
    """

    def __init__(self) -> None:
        self._settled = _Settled()
        self._look_again = SETTLE_LENGTH
        self._sources: list[_Source] = []
        self._blocks: list[Block] = []
        self._preparer: Preparer | None = None

    @property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(self._blocks)

    def update(self, markdown: str, *, final: bool) -> Changes:
        changes = self.find_changes(markdown, final=final)
        self.take(changes)
        return changes

    def find_changes(self, markdown: str, *, final: bool) -> Changes:
        """What is shown stays as it is until they are taken, so this may go on in a thread."""
        settled = self._settled
        rest = markdown[len(settled.text) :]
        if not markdown.startswith(settled.text) or reaches_back(rest):
            settled, rest = _Settled(), markdown
        html = to_html(rest, self._prepare)
        raws = (source.raw for source in islice(self._sources, settled.blocks, None))
        kept, length = count_settled(html, raws)
        outline = self._outline_before(settled.blocks + kept)
        sources = _sources(html[length:], settled.html + length, outline)
        if sources and not final and ends_in_open_code(rest, html):
            sources[-1] = replace(sources[-1], last_code_is_open=True)
        changes = self._compare(settled.blocks + kept, sources)
        if len(rest) >= self._look_again:
            settled = self._settle_more(settled, rest, html)
        return replace(changes, settled=settled)

    def take(self, changes: Changes) -> None:
        self._settled = changes.settled
        self._blocks[changes.first_changed :] = changes.blocks
        self._sources[changes.first_source :] = changes.sources

    def _outline_before(self, block: int) -> Outline:
        if not block:
            return ()
        return self._sources[block - 1].outline_behind()

    def _settle_more(self, settled: _Settled, rest: str, html: str) -> _Settled:
        end, beginning = find_settled(rest, html, self._preparer)
        # Where nothing is settled yet, looking costs two renders.
        self._look_again = SETTLE_LENGTH if end else len(rest) + SETTLE_LENGTH // 20
        blocks = settled.blocks + len(split_blocks(beginning))
        return _Settled(settled.text + rest[:end], settled.html + len(beginning), blocks)

    def _prepare(self, text: str) -> Prepared:
        self._preparer = self._preparer or Preparer()
        return self._preparer.prepare(text)

    def _compare(self, start: int, sources: list[_Source]) -> Changes:
        unchanged = start + count_alike(self._sources[start:], sources)
        new = sources[unchanged - start :]
        fresh = [source.finish() for source in new]
        before = self._blocks[unchanged:]
        # Another source may still give the same block, when a fence without a language closes.
        same = count_alike(before, fresh)
        return Changes(
            unchanged + same, tuple(fresh[same:]), tuple(before[same:]), unchanged, tuple(new)
        )


def _sources(html: str, offset: int, outline: Outline) -> list[_Source]:
    sources = []
    for raw in split_blocks(html):
        offset += len(raw)
        rich = offset <= RICH_LENGTH
        sources.append(_Source(raw, last_code_is_open=False, rich=rich, outline=outline))
        outline = sources[-1].outline_behind()
    return sources


def render(markdown: str, *, final: bool = True) -> list[Block]:
    """The blocks of the whole text; `final=False` leaves code plain while its fence is open."""
    stream = BlockStream()
    stream.update(markdown, final=final)
    return list(stream.blocks)


def count_alike[T](left: Iterable[T], right: Iterable[T]) -> int:
    """How many values both begin with."""
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count


def _dress(source: _Source) -> str:
    html = source.raw
    if "<h" in html:
        html = place_headings(html, source.outline)
    if "&lt;" in html:
        html = revive_elements(html)
    html = html.replace(MARK, "")
    if "<a " in html or "<img " in html:
        html = rewrite_links(html)
    if "<input" in html:
        html = name_checkboxes(html)
    if "<table>" in html:
        html = dress_tables(html)
    if "data-math-style" in html:
        html = dress_formulas(html, rich=source.rich)
    if "</pre>" in html:
        html = dress_code_blocks(html, last_is_open=source.last_code_is_open, rich=source.rich)
    if _RIGHT_TO_LEFT.search(html):
        html = _ANY_BLOCK.sub(r'\g<0> dir="auto"', html, count=1)
    return sanitise(html)


def name_checkboxes(html: str) -> str:
    """A task list's box has no label of its own; comrak writes these two forms and no other."""
    html = html.replace(
        '<input type="checkbox" checked', '<input aria-label="Done" type="checkbox" checked'
    )
    return html.replace(
        '<input type="checkbox" disabled', '<input aria-label="To do" type="checkbox" disabled'
    )


def dress_tables(html: str) -> str:
    """Alignment as a class, and a box around the table that a wide one can scroll in.

    What can be done with it stands before it, so that the way to what grows is no longer.
    """
    html = _ALIGN.sub(r'\1 class="align-\2"', html)
    html = _EMPTY_HEAD.sub(r"<td\1></td>", html)  # the head of nothing
    html = html.replace("<table>", _TABLE)
    return html.replace("</table>", "</table></div>")


def _too_deep(raw: str) -> bool:
    if raw.count("</") <= MAX_DEPTH:
        return False
    depth = 0
    for closing, name in _TAG.findall(raw):
        if name not in _VOID:
            depth += -1 if closing else 1
            if depth > MAX_DEPTH:
                return True
    return False


def _text_only(raw: str) -> str:
    words = unescape(_TAG.sub("", raw.replace(MARK, ""))).strip()
    return f"<p>{escape(words, quote=False)}</p>\n"
