"""Characters that stand for something until comrak has been, and what becomes of them in its HTML.

They are noncharacters of Unicode, which no text holds (`drop_marks`). In an address comrak writes
them by percent signs.
"""

import re
from html import escape
from typing import NamedTuple
from urllib.parse import quote

FORMULA_START, FORMULA_END, TILDE = "\ufdd0\ufdd1\ufdd2"
URL_START, URL_END, URL_WWW = "\ufdd4\ufdd5\ufdd6"
MARK = "\ufdd3"
"""It has no meaning of its own: it keeps what stands around it from being read as one."""


class Formula(NamedTuple):
    latex: str
    source: str
    display: bool


_ANY = re.compile("[\ufdd0-\ufdd9]")
_FORMULA = re.compile(
    f"\\$(?:{FORMULA_START}(?P<number>\\d+){FORMULA_END}"
    f"|{quote(FORMULA_START)}(?P<quoted>\\d+){quote(FORMULA_END)})\\$"
)
_URL = re.compile(f"{URL_START}(?:&lt;(?:http://{URL_WWW})?)?|(?:&gt;)?{URL_END}|http://{URL_WWW}")
_QUOTED = {quote(TILDE): "~"} | {
    quote(mark): "" for mark in (MARK, URL_START, URL_END, URL_WWW, FORMULA_START, FORMULA_END)
}


def drop_marks(text: str) -> str:
    return text if text.isascii() else _ANY.sub("\ufffd", text)


def restore(html: str, formulas: list[Formula]) -> str:
    """The HTML as it would be without marks, with a <span> for each formula; MARK stays."""
    if formulas:
        html = _place_formulas(html, formulas)
    if "%EF%B7%9" in html:
        for quoted, character in _QUOTED.items():
            html = html.replace(quoted, character)
    if URL_START in html or URL_END in html:
        html = _URL.sub("", html)
    return html.replace(TILDE, "~")


def _place_formulas(html: str, formulas: list[Formula]) -> str:
    """A formula that landed in code, in an attribute or an address is its source there."""
    pieces = []
    copied = 0
    in_code = in_tag = False
    for token in _FORMULA.finditer(html):
        start = token.start()
        in_code = _is_inside(html, "<code", "</code>", copied, start, in_code)
        in_tag = _is_inside(html, "<", ">", copied, start, in_tag)
        formula = formulas[int(token["number"] or token["quoted"])]
        if token["quoted"]:
            shown = quote(formula.source, safe="/:?&=$()*+,;@!'")
        elif in_code or in_tag:
            shown = escape(formula.source)
        else:
            style = "display" if formula.display else "inline"
            latex = escape(formula.latex)
            shown = f'<span data-math-style="{style}">{latex}</span>'
        pieces += [html[copied:start], shown]
        copied = token.end()
    return "".join([*pieces, html[copied:]])


def _is_inside(html: str, opening: str, closing: str, start: int, end: int, before: bool) -> bool:
    opened, closed = html.rfind(opening, start, end), html.rfind(closing, start, end)
    return before if opened == closed else opened > closed
