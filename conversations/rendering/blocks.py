"""One raw block of comrak's HTML to the block that is shown."""

import re
from dataclasses import dataclass
from html import escape, unescape

from conversations.rendering.code_blocks import dress_code_blocks
from conversations.rendering.formulas import dress_formulas
from conversations.rendering.links import rewrite_links
from conversations.rendering.markdown import attempt
from conversations.rendering.sanitise import sanitise

# HTML parsers, ours and the browser's, need quadratic time for deep nesting; browsers stop at 512.
MAX_DEPTH = 200
_TAG = re.compile(r"<(/?)(\w+)[^>]*>")
_VOID = {"br", "hr", "img", "input"}
_ALIGN = re.compile(r'(<t[hd]) align="(left|center|right)"')


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the page: `html` is safe as it stands."""

    html: str


def finish_block(raw: str, *, last_code_is_open: bool, rich: bool) -> Block:
    """`rich` allows the slow parts, highlighting and formulas."""
    if _too_deep(raw):
        return Block(_text_only(raw))
    html = attempt(lambda: _dress(raw, last_code_is_open=last_code_is_open, rich=rich))
    return Block(_text_only(raw) if html is None else html)


def _dress(raw: str, *, last_code_is_open: bool, rich: bool) -> str:
    html = rewrite_links(raw) if "<a " in raw or "<img " in raw else raw
    if "<input" in html:
        html = name_checkboxes(html)
    if "<table>" in html:
        html = dress_tables(html)
    if "data-math-style" in html:
        html = dress_formulas(html, rich=rich)
    if "</pre>" in html:
        html = dress_code_blocks(html, last_is_open=last_code_is_open, rich=rich)
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
    """Alignment as a class, and a box around the table that a wide one can scroll in."""
    html = _ALIGN.sub(r'\1 class="align-\2"', html)
    html = html.replace("<table>", '<div class="table-wrap"><table>')
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
    return f"<p>{escape(unescape(_TAG.sub('', raw)).strip(), quote=False)}</p>\n"
