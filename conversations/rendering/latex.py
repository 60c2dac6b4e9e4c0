"""LaTeX as models write it, in the part of it that latex2mathml draws."""

import re

from conversations.rendering.chemistry import read_formula, read_unit

# Name: how many arguments it takes, and what it stands for, `#1` being the first of them.
MACROS = {
    "label": (1, ""),
    "require": (1, ""),
    "nonumber": (0, ""),
    "notag": (0, ""),
    "ref": (1, r"\text{(#1)}"),
    "eqref": (1, r"\text{(#1)}"),
    "tag": (1, r"\qquad\text{(#1)}"),
    "tag*": (1, r"\qquad\text{#1}"),
    "qed": (0, r"\blacksquare"),
    "arg": (0, r"\operatorname{arg}"),
    "abs": (1, r"\left|#1\right|"),
    "norm": (1, r"\left\|#1\right\|"),
    "mathop": (1, "{#1}"),
    "hdots": (0, r"\ldots"),
    "dv": (2, r"\frac{\text{d}#1}{\text{d}#2}"),
    "pdv": (2, r"\frac{\partial #1}{\partial #2}"),
    "SI": (2, r"#1\,\text{#2}"),
    "qty": (2, r"#1\,\text{#2}"),
    "si": (1, r"\mathrm{#1}"),
    "unit": (1, r"\mathrm{#1}"),
    "num": (1, "#1"),
    "cancelto": (2, r"\overset{#1}{\cancel{#2}}"),
    "htmlClass": (2, "#2"),
    "R": (0, r"\mathbb{R}"),
    "N": (0, r"\mathbb{N}"),
    "Z": (0, r"\mathbb{Z}"),
    "Q": (0, r"\mathbb{Q}"),
    "C": (0, r"\mathbb{C}"),
}
_ALIGNED = (r"\begin{align*}", r"\end{align*}")
_CENTRED = (r"\begin{matrix}", r"\end{matrix}")
_PLAIN = ("{", "}")
# How latex2mathml's own environments begin and end that stand for others. None numbers its lines,
# which nothing refers to.
ENVIRONMENTS = {
    **dict.fromkeys(("align", "aligned", "alignat", "alignedat", "flalign", "split"), _ALIGNED),
    **dict.fromkeys(("gather", "gathered", "multline", "subarray"), _CENTRED),
    **dict.fromkeys(("equation", "subequations", "math", "displaymath"), _PLAIN),
    "eqnarray": (r"\begin{array}{rcl}", r"\end{array}"),
    "dcases": (r"\begin{cases}", r"\end{cases}"),
    "rcases": (r"\left.\begin{matrix}", r"\end{matrix}\right\}"),
    "psmallmatrix": (r"\begin{pmatrix}", r"\end{pmatrix}"),
}
READERS = {"ce": read_formula, "pu": read_unit}
MAX_DEPTH = 3

_COMMAND = re.compile(r"\\(?:(tag\*|[A-Za-z]+)|.)", re.DOTALL)
_OWN_MACROS = re.compile(r"\\(?:re)?newcommand|\\def\b")
_ENVIRONMENT = re.compile(r"\\(begin|end)\{(\w+)\*?\}")
_ARGUMENT = re.compile(r"(\\begin\{(?:alignat|alignedat|subarray)\*?\})\{[^{}]*\}")
_POSITION = re.compile(r"(\\begin\{(?:aligned|gathered|alignedat|split)\})\[[tbc]\]")
_ROW_END = re.compile(r"(\\\\)(?:\*|[ \t]*\[-?[\d.]+ ?(?:pt|em|ex|mm|cm|in|px|mu|bp|pc)\])+")
_SIZED = re.compile(r"(<mo [^>]*minsize[^>]*>)\\([a-zA-Z]+|[{}|])(?=</mo>)")
_DELIMITER_SIGNS = {
    "lbrace": "{",
    "rbrace": "}",
    "|": "‖",
    "vert": "|",
    "lvert": "|",
    "rvert": "|",
    "Vert": "‖",
    "lVert": "‖",
    "rVert": "‖",
    "lfloor": "⌊",
    "rfloor": "⌋",
    "lceil": "⌈",
    "rceil": "⌉",
    "langle": "⟨",
    "rangle": "⟩",
    "lbrack": "[",
    "rbrack": "]",
    "backslash": "\\",
    "uparrow": "↑",
    "downarrow": "↓",
}
_COMMENT = re.compile(r"(?<![\\\d])%[^\n]*(?=\n)")
_TEXT = re.compile(r"\\(?:text(?:bf|it|rm|tt|sf|normal)?|mbox)\{[^{}]*\}")
_ESCAPED_IN_TEXT = re.compile(r"\\([%&#_$])")
_OPERATOR = re.compile(r"(?<=\\operatorname)\*?\{[^{}]*\}")
_SPACE_IN_NAME = re.compile(r"\\[,;: ]|~| ")
_ONE_UPRIGHT = re.compile(r"\\mathrm\{\s*([^\W\d_])\s*\}")
_IN_TEXT = str.maketrans("<>&", "\ufdd7\ufdd8\ufdd9")
_ENTITIES = {"\ufdd7": "&lt;", "\ufdd8": "&gt;", "\ufdd9": "&amp;"}
_PERCENT = re.compile(r"(?<!\\)%")
_DELIMITERS = (("$$", "$$"), ("\\[", "\\]"), ("\\(", "\\)"), ("$", "$"))


def prepare_latex(latex: str) -> str:
    latex = _PERCENT.sub(r"\\%", _COMMENT.sub("", latex))
    latex = _TEXT.sub(_prepare_text, latex)
    latex = _ROW_END.sub(r"\1 ", latex)  # the distance to the next row, which is not drawn
    latex = _ONE_UPRIGHT.sub(r"\\text{\1}", latex)  # a sole letter would be drawn slanted
    latex = _OPERATOR.sub(lambda name: _SPACE_IN_NAME.sub("\u2009", name[0]), latex)
    latex = _POSITION.sub(r"\1", latex)
    latex = _ENVIRONMENT.sub(_name_environment, _ARGUMENT.sub(r"\1", latex))
    latex = latex if _OWN_MACROS.search(latex) else expand_macros(latex)
    return latex.replace("<", r"\lt ").replace(">", r"\gt ")


def _name_environment(tag: re.Match[str]) -> str:
    begin, end = ENVIRONMENTS.get(tag[2], (tag[0], tag[0]))
    return begin if tag[1] == "begin" else end


def _prepare_text(text: re.Match[str]) -> str:
    return _ESCAPED_IN_TEXT.sub(r"\1", text[0]).translate(_IN_TEXT)


def restore_text(mathml: str) -> str:
    """What latex2mathml would have let through as it is, escaped, and sized delimiters as signs."""
    for mark, entity in _ENTITIES.items():
        mathml = mathml.replace(mark, entity)
    return _SIZED.sub(_delimiter, mathml) if "minsize" in mathml else mathml


def _delimiter(sized: re.Match[str]) -> str:
    return sized[1] + _DELIMITER_SIGNS.get(sized[2], sized[2])


def expand_macros(latex: str, depth: int = 0) -> str:
    pieces = []
    at = 0
    while command := _COMMAND.search(latex, at):
        pieces.append(latex[at : command.start()])
        at = command.end()
        name = command[1] or ""
        count, template = MACROS.get(name, (1 if name in READERS else -1, ""))
        arguments, end = _arguments(latex, at, count) if count >= 0 else ([], -1)
        if end < 0 or depth > MAX_DEPTH:
            pieces.append(command[0])
            continue
        at = end
        if name in READERS:
            pieces.append("{" + READERS[name](arguments[0]) + "}")
        else:
            pieces.append(_fill(template, [expand_macros(text, depth + 1) for text in arguments]))
    return "".join([*pieces, latex[at:]])


def without_delimiters(latex: str) -> str:
    """What a fence holds may have the delimiters of a formula in prose around it."""
    latex = latex.strip()
    for opening, closing in _DELIMITERS:
        inside = latex[len(opening) : -len(closing)]
        if latex.startswith(opening) and latex.endswith(closing) and inside.strip():
            return inside if opening not in inside else latex
    return latex


def _fill(template: str, arguments: list[str]) -> str:
    for number, argument in enumerate(arguments, 1):
        template = template.replace(f"#{number}", argument)
    # A letter behind a command of letters would become part of its name.
    return f"{template} " if template[-1:].isalpha() else template


def _arguments(latex: str, at: int, count: int) -> tuple[list[str], int]:
    """The groups in braces that follow, and where they end; -1 where there are fewer."""
    found = []
    for _ in range(count):
        start = at + len(latex[at : at + 20]) - len(latex[at : at + 20].lstrip())
        end = _group_end(latex, start)
        if end < 0:
            return [], -1
        found.append(latex[start + 1 : end - 1])
        at = end
    return found, at


def _group_end(latex: str, start: int) -> int:
    if latex[start : start + 1] != "{":
        return -1
    depth = 0
    at = start
    while at < len(latex):
        character = latex[at]
        if character == "\\":
            at += 1
        elif character in "{}":
            depth += 1 if character == "{" else -1
            if depth == 0:
                return at + 1
        at += 1
    return -1
