"""Chemical formulas and units as the mhchem package of LaTeX writes them, as plain LaTeX.

\\ce{2 H2 + O2 -> 2 H2O}   \\ce{SO4^2-}   \\ce{A <=>[heat] B}   \\pu{5 mol/L}
"""

import re
from collections.abc import Callable

_ARROWS = {
    "->": r"\rightarrow",
    "<-": r"\leftarrow",
    "<->": r"\leftrightarrow",
    "<-->": r"\rightleftarrows",
    "<=>": r"\rightleftharpoons",
    "<=>>": r"\rightleftharpoons",
    "<<=>": r"\rightleftharpoons",
    "→": r"\rightarrow",
    "⇌": r"\rightleftharpoons",
    "←": r"\leftarrow",
}
_LONG_ARROWS = {r"\rightarrow": r"\xrightarrow", r"\leftarrow": r"\xleftarrow"}
_GROUP = r"\{(?:[^{}]|\{[^{}]*\})*\}"
_TOKEN = re.compile(
    r"(?P<arrow>(?P<sign><-->|<->|<<=>|<=>>|<=>|->|<-|[→⇌←])"
    r"(?:\[(?P<above>[^\]]*)\])?(?:\[(?P<below>[^\]]*)\])?)"
    r"|\$(?P<raw>[^$]*)\$"
    rf"|(?P<script>[\^_](?P<value>{_GROUP}|\d*[+-]+|\d+|\S))"
    r"|(?P<charge>[+-](?=$|[\s\)\]}]|<|->))"
    r"|(?P<number>\d+\.\d+(?=\s)|\d+(?:/\d+)?)"
    r"|(?P<atoms>[^\W\d_]+)"
    rf"|(?P<command>\\[A-Za-z]+(?:{_GROUP})*)"
    rf"|(?P<group>{_GROUP})"
    r"|(?P<space>\s+)"
    r"|(?P<sole>.)",
    re.DOTALL,
)
_SIGNS = {
    **{"*": r"\cdot ", ".": r"\cdot ", "#": r"\equiv ", "%": r"\%", "~": " "},
    **{"^": r"\uparrow ", "_": "", "&": "", "$": ""},
}


def read_formula(source: str) -> str:
    pieces = []
    before = "space"
    for token in _TOKEN.finditer(source.strip()):
        kind = token.lastgroup or "sole"
        pieces.append(_WRITERS[kind](token, before))
        counted = before == "atoms" and kind == "number"
        closes = kind == "group" or token[0] in (")", "]")
        before = "atoms" if closes or counted else kind
    return "".join(pieces)


def _write_arrow(token: re.Match[str], before: str) -> str:
    sign = _ARROWS[token["sign"]]
    above, below = (read_formula(token[name] or "") for name in ("above", "below"))
    if not above and not below:
        return f" {sign} "
    if long := _LONG_ARROWS.get(sign):
        return f" {long}[{below}]{{{above}}} " if below else f" {long}{{{above}}} "
    return f" \\underset{{{below}}}{{\\overset{{{above}}}{{{sign}}}}} "


def _write_script(token: re.Match[str], before: str) -> str:
    value = token["value"].removeprefix("{").removesuffix("}")
    nothing = "{}" if before == "space" else ""
    return f"{nothing}{token[0][0]}{{{value}}}"


def _write_number(token: re.Match[str], before: str) -> str:
    """How often what stands before is there, or how much of what follows."""
    if before == "atoms":
        return f"_{{{token[0]}}}"
    numerator, _, denominator = token[0].partition("/")
    return f"\\frac{{{numerator}}}{{{denominator}}}" if denominator else numerator


_WRITERS: dict[str, Callable[[re.Match[str], str], str]] = {
    "arrow": _write_arrow,
    "raw": lambda token, before: token["raw"],
    "script": _write_script,
    "charge": lambda token, before: f"^{{{token[0]}}}" if before == "atoms" else token[0],
    "number": _write_number,
    "atoms": lambda token, before: (
        r"\downarrow " if token[0] == "v" and before == "space" else f"\\text{{{token[0]}}}"
    ),
    "command": lambda token, before: token[0],
    "group": lambda token, before: f"{{{read_formula(token[0][1:-1])}}}",
    "space": lambda token, before: " ",
    "sole": lambda token, before: _SIGNS.get(token[0], token[0]),
}


def read_unit(source: str) -> str:
    pieces = []
    for word in re.split(r"(\s+|[\d.,]+(?:[eE][+-]?\d+)?|[*/·])", source.strip()):
        if word.isspace():
            pieces.append(r"\,")
        elif word in ("*", "·"):
            pieces.append(r"\cdot ")
        elif re.match(r"[\d.,/]", word) or not word:
            pieces.append(word)
        else:
            pieces.append(re.sub(r"[^\W\d_]+(?![^{]*\})", r"\\text{\g<0>}", word))
    return "".join(pieces)
