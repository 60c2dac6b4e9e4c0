"""LaTeX to MathML, which browsers draw without a script, in our font or the system's."""

import re
from functools import lru_cache
from html import escape, unescape
from xml.etree.ElementTree import Element, tostring
from xml.sax.saxutils import unescape as unescape_xml

from conversations.rendering.latex import prepare_latex, restore_text
from conversations.rendering.markdown import attempt

MAX_LENGTH = 2_000
MAX_PER_BLOCK = 100  # about 0.3 ms each

_WITH_LIMITS = {
    *("lim", "max", "min", "sup", "inf"),
    *("argmax", "argmin", "arg\u2009max", "arg\u2009min"),
}
# As signs of their own size, not as those of a text.
_ACCENTS = {"&#x0005E;": "&#x002C6;", "&#x0007E;": "&#x002DC;"}
_INFINITY = "&#x0221E;"
_LIMITS_BELOW = {"msub": "munder", "msubsup": "munderover"}

_FORMULA = re.compile(r'<span data-math-style="(inline|display)">(.*?)</span>', re.DOTALL)


def dress_formulas(html: str, *, rich: bool) -> str:
    def dress(match: re.Match[str]) -> str:
        return formula(unescape(match[2]).strip(), display=match[1] == "display")

    if rich:
        html = _FORMULA.sub(dress, html, count=MAX_PER_BLOCK)
    return _FORMULA.sub(r"<code>\2</code>", html)


def formula(latex: str, *, display: bool) -> str:
    """MathML, or the source in <code>; to be sanitised, as \\href and \\style leave their marks."""
    mathml = _convert(latex, "block" if display else "inline")
    return mathml or f"<code>{escape(latex)}</code>"


@lru_cache(maxsize=512)
def _convert(latex: str, display: str) -> str | None:
    if not latex or len(latex) > MAX_LENGTH:
        return None
    from latex2mathml.converter import convert_to_element  # loaded with the first formula

    def convert() -> str:
        tree = convert_to_element(prepare_latex(latex), display=display)
        _move_limits(tree)
        _close_up(tree)
        _set_accents(tree)
        # Its texts are escaped already.
        return restore_text(unescape_xml(tostring(tree, encoding="unicode")))

    return attempt(convert)


def _move_limits(tree: Element) -> None:
    """What stands at lim, max and their like goes below where there is room, as at sums."""
    for tag, below in _LIMITS_BELOW.items():
        for element in list(tree.iter(tag)):
            for operator in element[:1]:
                if operator.text in _WITH_LIMITS:
                    operator.set("movablelimits", "true")
                if operator.get("movablelimits"):
                    element.tag = below


def _close_up(tree: Element) -> None:
    """Words and the sign of infinity are no operators that stand apart from what is beside them."""
    for operator in tree.iter("mo"):
        if operator.text == _INFINITY:
            operator.tag = "mi"
        elif (operator.text or "").isalpha():
            operator.set("lspace", "0")
            operator.set("rspace", "0.167em")


def _set_accents(tree: Element) -> None:
    for element in tree.iter("mover"):
        for accent in element[1:]:
            accent.text = _ACCENTS.get(accent.text or "", accent.text)
