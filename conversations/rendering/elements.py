"""The few HTML elements that a text may hold: they live where they are whole, without attributes.

comrak has escaped all of them. Each is opened and closed within one parent, else both tags stay
what they are, text. `preparing.py` has put <details> and <summary> on lines of their own. A
<details> that nobody closes holds nothing, so that what follows is never hidden in it.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from conversations.rendering.marks import MARK

_ATTRIBUTES = r"(?:\s(?:(?!&[lg]t;)[^<>])*)?"
_ESCAPED_TAG = (
    rf"&lt;(?P<end>/?)(?P<name>(?i:br|sub|sup|kbd|mark|details|summary|strong|em)|[usbi]){_ATTRIBUTES}"
    r"/?&gt;"
)
_PIECE = re.compile(
    r"(?P<code><code\b[^>]*>.*?</code>)"
    rf"|(?P<opens><p>{MARK}&lt;details(?P<attributes>{_ATTRIBUTES})&gt;</p>\n?)"
    rf"|(?P<closes><p>{MARK}&lt;/details\s*&gt;</p>\n?)"
    rf"|(?P<summary><p>{MARK}&lt;summary{_ATTRIBUTES}&gt;)"
    rf"|(?P<summarised>{MARK}&lt;/summary\s*&gt;</p>\n?)"
    r"|<(?P<closing>/?)(?P<element>[a-z][a-z0-9]*)[^>]*>"
    rf"|{_ESCAPED_TAG}",
    re.DOTALL,
)
_ANY = re.compile(rf"(?:&lt;/?(?i:br|sub|sup|kbd|mark|details|summary|[us])\b|{MARK}&lt;)")
_OPEN = re.compile(r"\sopen\b", re.IGNORECASE)

_VOID = {"br", "hr", "img", "input"}
_INLINE = {"em", "strong", "del", "a", "sup", "span"}
_EVERYWHERE = {name: name for name in ("sub", "sup", "kbd", "u", "mark", "s")}
# What blocks hold without being prose: there HTML is all that can be written.
_MORE_IN = {
    "summary": {"b": "strong", "strong": "strong", "i": "em", "em": "em"},
    "td": {"details": "details", "summary": "summary"},
    "th": {"details": "details", "summary": "summary"},
}


@dataclass(slots=True)
class _Details:
    at: int
    is_open: bool
    summary_end: int = 0


@dataclass(slots=True)
class _Parent:
    """An element that is open, and what is open directly in it."""

    element: str
    at: int = 0
    """Where a summary's tag is among the pieces."""
    source: str = ""
    inline: list[tuple[str, int]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    details: list[_Details] = field(default_factory=list)


def revive_elements(html: str) -> str:
    return _Reviver(html).revive() if _ANY.search(html) else html


class _Reviver:
    def __init__(self, html: str) -> None:
        self.html = html
        self.pieces: list[str] = []
        self.parents = [_Parent("")]
        self.readers: dict[str, Callable[[re.Match[str]], None]] = {
            "code": self._keep,
            "opens": self._open_details,
            "closes": self._close_details,
            "summary": self._open_summary,
            "summarised": self._close_summary,
        }

    def revive(self) -> str:
        copied = 0
        for piece in _PIECE.finditer(self.html):
            if piece.start() > copied:
                self.pieces.append(self.html[copied : piece.start()])
            copied = piece.end()
            if piece["element"]:
                self._pass_tag(piece)
            elif piece["name"]:
                self._read_tag(piece)
            else:
                self.readers[piece.lastgroup or "code"](piece)
        self.pieces.append(self.html[copied:])
        while self.parents:
            self._leave_parent()
        return "".join(self.pieces)

    def _keep(self, piece: re.Match[str]) -> None:
        self.pieces.append(piece[0])

    def _pass_tag(self, piece: re.Match[str]) -> None:
        element = piece["element"]
        if piece["closing"]:
            if element == "p" and self.parents[-1].element == "summary":  # nobody closed it
                self.pieces[self.parents[-1].at] = self.parents[-1].source
            if len(self.parents) > 1:
                self._leave_parent()
        elif element not in _VOID:
            if element not in _INLINE:
                self._drop_inline()
            self.parents.append(_Parent(element))
        self.pieces.append(piece[0])

    def _drop_inline(self) -> None:
        """No such element holds a block."""
        self.parents[-1].inline.clear()
        self.parents[-1].counts.clear()

    def _leave_parent(self) -> None:
        for details in self.parents.pop().details:
            if details.summary_end:
                self.pieces[details.at] = "<details open>"
                self.pieces[details.summary_end] += "</details>\n"

    def _read_tag(self, piece: re.Match[str]) -> None:
        written = piece["name"].lower()
        if written == "br":
            self.pieces.append("<br>")
            return
        parent = self.parents[-1]
        name = _EVERYWHERE.get(written) or _MORE_IN.get(parent.element, {}).get(written, "")
        if name and piece["end"]:
            self._close_inline(parent, written, name, piece[0])
            return
        if name:
            parent.inline.append((written, len(self.pieces)))
            parent.counts[written] += 1
        self.pieces.append(piece[0])

    def _close_inline(self, parent: _Parent, written: str, name: str, tag: str) -> None:
        if not parent.counts[written]:
            self.pieces.append(tag)
            return
        while True:
            other, at = parent.inline.pop()
            parent.counts[other] -= 1
            if other == written:
                break
        self.pieces[at] = f"<{name}>"
        self.pieces.append(f"</{name}>")

    def _open_details(self, piece: re.Match[str]) -> None:
        self._drop_inline()
        is_open = bool(_OPEN.search(piece["attributes"]))
        self.parents[-1].details.append(_Details(len(self.pieces), is_open))
        self.pieces.append(piece[0])

    def _close_details(self, piece: re.Match[str]) -> None:
        self._drop_inline()
        details = self.parents[-1].details
        if not details:
            self.pieces.append(piece[0])
            return
        closed = details.pop()
        self.pieces[closed.at] = "<details open>" if closed.is_open else "<details>"
        self.pieces.append("</details>\n")

    def _open_summary(self, piece: re.Match[str]) -> None:
        self._drop_inline()
        details = self.parents[-1].details
        follows = bool(details) and details[-1].at == len(self.pieces) - 1
        self.parents.append(_Parent("summary" if follows else "p", len(self.pieces), piece[0]))
        self.pieces.append("<summary>" if follows else piece[0])

    def _close_summary(self, piece: re.Match[str]) -> None:
        parent = self.parents[-1]
        if parent.element != "summary":
            self._leave_parent()
            self.pieces.append(piece[0])
            return
        self._leave_parent()
        self.parents[-1].details[-1].summary_end = len(self.pieces)
        self.pieces.append("</summary>\n")
