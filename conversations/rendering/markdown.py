"""comrak: the whole text to HTML, that HTML in its pieces, and what is new in one of them.

Raw HTML in the text comes out escaped; the few elements that live are revived behind it. So the
output is well formed and has no comments, and `<` and `>` occur in tags only. At top level stand
leaf blocks, containers, `<hr />` and bare text (an HTML block of the source, escaped).
"""

import logging
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape, unescape

from comrak import ExtensionOptions, RenderOptions, render_markdown

from chatstudio.base.text import replace_unstorable
from conversations.rendering.elements import revive_elements
from conversations.rendering.marks import MARK, restore
from conversations.rendering.preparing import (
    MAX_FORMULA,
    SPECIAL,
    Prepared,
    Preparer,
    prepare_once,
)

type Prepare = Callable[[str], Prepared]

logger = logging.getLogger(__name__)

# comrak's time grows with the square of an unbroken run of quote marks: 50,000 take 1.8 s.
MAX_QUOTE_MARKS = 100
_TOO_MANY_QUOTE_MARKS = re.compile(">" * MAX_QUOTE_MARKS + ">+")
_OPENING = re.compile(r"<(?:(p|h[1-6]|pre|table)|(ul|ol|blockquote|div|details|section)|hr)\b")
_CONTAINER_TAG = re.compile(r"<(/?)(?:ul|ol|blockquote|div|details|section)\b[^>]*>")
_FOOTNOTE_LINK = re.compile(
    r'(<sup class="footnote-ref">)<a [^>]*>(\d+)</a>'
    r'| ?<a [^>]*class="footnote-backref"[^>]*>↩(?:<sup class="footnote-ref">\d+</sup>)?</a>'
    r"| data-footnotes(?=>)"
)
_TAG = re.compile(r"<(/?)(\w+)[^>]*>")
_VOID = {"br", "hr", "img", "input"}
_LONGEST_ENTITY = len("&nbsp;")
_TAG_EDGE = re.compile("[<>]")
# An address for links; more than one really is.
_DEFINITION = re.compile(r"^[ \t>*+\d.)-]*\[(?!\^).{0,1100}?\]:", re.MULTILINE | re.DOTALL)
# References to notes, elements that go on over blocks, and what is counted otherwise.
_IS_NEVER_SETTLED = re.compile(r"\[\^|</?(?:details|summary)|\r", re.IGNORECASE)
_CODE_END = "</code></pre>"
_ONLY_CLOSING_TAGS = re.compile(r"\n?(?:</(?:li|ul|ol|blockquote|div)>\n?)*\Z")


_EXTENSIONS = ExtensionOptions()
_EXTENSIONS.table = True
_EXTENSIONS.strikethrough = True
_EXTENSIONS.tasklist = True
_EXTENSIONS.autolink = True
_EXTENSIONS.alerts = True
_EXTENSIONS.footnotes = True
_EXTENSIONS.cjk_friendly_emphasis = True
_ESCAPING = RenderOptions()
_ESCAPING.escape = True


def to_html(markdown: str, prepare: Prepare = prepare_once) -> str:
    """Well-formed HTML, not yet safe; where comrak fails, the text itself in a <pre>.

    A preparer that has seen the beginning of the text before is faster, and that is all.
    """
    text = _TOO_MANY_QUOTE_MARKS.sub(">" * MAX_QUOTE_MARKS, replace_unstorable(markdown))
    html = attempt(lambda: _to_html(text, prepare))
    return f"<pre><code>{escape(text)}</code></pre>\n" if html is None else html


def _to_html(text: str, prepare: Prepare) -> str:
    special = SPECIAL.search(text) is not None
    prepared = prepare(text) if special else Prepared(text, [])
    html = render_markdown(prepared.text, extension_options=_EXTENSIONS, render_options=_ESCAPING)
    if special:
        html = restore(html, prepared.formulas)
    if "footnote" in html:
        # Addresses within a page would clash: each message counts its notes from one.
        html = _FOOTNOTE_LINK.sub(r"\1\2", html)
    # <details> holds blocks; the elements within one block are revived when it is dressed.
    return revive_elements(html) if f"{MARK}&lt;" in html else html


def attempt[T](call: Callable[[], T]) -> T | None:
    """What the call returns, or None where it failed."""
    try:
        return call()
    except BaseException as error:
        # A panic in a Rust extension is no Exception, and its class cannot be imported.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        # The kind of the error only: its message may quote the conversation.
        logger.info("%s failed: %s", call.__qualname__, type(error).__name__)
        return None


def split_blocks(html: str) -> list[str]:
    """The pieces in order; joined they are the input again."""
    blocks = []
    start = 0
    while start < len(html):
        end = _block_end(html, start)
        blocks.append(html[start:end])
        start = end
    return blocks


def count_settled(html: str, previous: Iterable[str]) -> tuple[int, int]:
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
        block = _OPENING.search(html, start)
        return block.start() if block else len(html)
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


def find_settled(markdown: str, html: str, preparer: Preparer | None) -> tuple[int, str]:
    """How much of the text's beginning no later word can change, and the HTML of that; `html` is
    the whole render.

    It ends behind a blank line, before a letter: if the parts make the whole, nothing is open
    there. Who goes on with the rest alone has to ask whether that `reaches_back`.
    """
    end = markdown.rfind("\n\n", 0, max(0, len(markdown) - MAX_FORMULA - 10)) + 2
    beginning, rest = markdown[:end], markdown[end:]
    if end < 2 or not rest[:1].isalpha() or _IS_NEVER_SETTLED.search(beginning):
        return 0, ""
    if reaches_back(beginning):
        return 0, ""
    if SPECIAL.search(markdown) and not (preparer and preparer.has_settled(beginning)):
        return 0, ""
    settled = to_html(beginning)
    return (end, settled) if settled + to_html(rest) == html else (0, "")


def reaches_back(markdown: str) -> bool:
    """Whether it may define what earlier words refer to."""
    return "]:" in markdown and _DEFINITION.search(markdown) is not None


def ends_in_open_code(markdown: str, html: str) -> bool:
    """`html` is the render of `markdown`.

    A closing fence is the one last line of a code block whose removal leaves the HTML as it is.
    Asking the parser costs a second render on few flushes, and it knows every rule of nesting and
    of fence length.
    """
    end = html.rfind(_CODE_END)
    if end < 0 or not _ONLY_CLOSING_TAGS.match(html, end + len(_CODE_END)):
        return False
    text = markdown.rstrip(" \t\r\n")
    if not text.endswith(("```", "~~~")):
        return True
    return to_html(text[: text.rfind("\n") + 1]) != html


@dataclass(frozen=True, slots=True)
class Growth:
    """How one block's HTML became another: what comes to the end of which of its elements.

    `path` leads from the block to the element that changes: for each level, how many elements
    stand behind the one that it goes through. There the last `elements` go with the text around
    them, then so many UTF-16 `units` of text, and `html` takes their place.
    """

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
    if "\r" in new:  # a browser's parser makes something else of it
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


def _count_alike(old: str, new: str, *, from_end: bool = False) -> int:
    """How many characters two texts of one length begin with, or end with."""
    alike, most = 0, len(old)
    while alike < most:
        middle = (alike + most + 1) // 2
        piece = slice(len(old) - middle, len(old) - alike) if from_end else slice(alike, middle)
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
