"""Whether what stands between delimiters is a formula, or money, a variable, escaped brackets."""

import re

_WORD = re.compile(r"(?<![\\A-Za-z])[^\W\d_]{2,}")
_ONLY_LETTERS = re.compile(r"[^\W\d_]+")
_OPERATOR = re.compile(r"[\\^_=+*/<>{}|]")
_AMOUNT = re.compile(r"\d[\d.,]*(?:\s[^\W\d_]{2,}|.*[^\x00-\x7f])", re.DOTALL)
_WORD_CHARACTER = re.compile(r"\w")
_NESTED = re.compile(r"(?<!\\)\\[(\[]")
_CERTAIN = re.compile(r"\\[A-Za-z]|[=^]| [-+*/<>] |\A [A-Za-z] \Z")


def is_ascii_word(character: str) -> bool:
    return character.isascii() and character.isalnum()


def is_formula(latex: str) -> bool:
    """Whether it can be one between two dollars, which are money and variables as well."""
    if not latex.strip():
        return False
    if latex[0].isspace() or latex[-1].isspace():
        spaced = latex[0] == latex[-1] == " " and "\n" not in latex
        return spaced and not latex.strip()[0].isdigit() and bool(_CERTAIN.search(latex))
    if "\\" not in latex and _closes_what_is_not_open(latex):
        return False
    return not _AMOUNT.match(latex) or bool(re.search(r"[\\^_=]", latex))


def _closes_what_is_not_open(latex: str) -> bool:
    """As in `($x, $y)` and `{print $1, $2} … $`; half-open intervals are formulas."""
    depth = 0
    for character in latex:
        if character in "([{":
            depth += 1
        elif character in ")]}" and (depth or character != "]"):
            depth -= 1
        if depth < 0:
            return True
    return False


def is_delimited_formula(latex: str, opening: str, text: str, start: int, end: int) -> bool:
    """`\\[see\\]` and `item\\(s\\)` are brackets that a writer has escaped."""
    content = latex.strip()
    if not _WORD_CHARACTER.search(content) or content.isdigit() or _NESTED.search(latex):
        return False
    if opening == "\\[" and text.startswith("(", end):
        return False
    if _OPERATOR.search(content):
        return True
    if opening == "\\(" and start and is_ascii_word(text[start - 1]):
        return not _ONLY_LETTERS.fullmatch(content)
    if (opening != "\\(" and "\n" in latex) or (opening == "$$" and content == latex):
        return True
    words: list[str] = _WORD.findall(content)
    return not any(len(word) > 3 or word.islower() for word in words)
