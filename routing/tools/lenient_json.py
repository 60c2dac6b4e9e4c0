"""JSON as models write it by hand: single quotes, Python's words, a comma or a brace too many."""

import ast
import json
import re
from collections.abc import Iterator

from chatstudio.base.json_types import JsonValue

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|[\[\](){}"\']', re.DOTALL)
CLOSING = {"{": "}", "[": "]", "(": ")"}
QUOTES = re.compile(r'<\|"\|>|<escape>')
"""What Gemma writes for a quotation mark."""
LOOSE = re.compile(
    r'("(?:[^"\\]|\\.)*")'
    r"|(?P<comma>,)(?=\s*[}\]])"
    r"|(?P<key>[A-Za-z_][\w-]*)(?=\s*:)"
    r"|\b(?P<word>True|False|None)\b",
    re.DOTALL,
)
WORDS = {"True": "true", "False": "false", "None": "null"}


def end_of_value(text: str, start: int = 0) -> int:
    """Where the object or list that begins at `start` ends; -1 where it has not ended."""
    open_brackets = 0
    for token in TOKEN.finditer(text, start):
        mark = token[0]
        if mark in CLOSING:
            open_brackets += 1
        elif mark in "}])":
            open_brackets -= 1
            if open_brackets == 0:
                return token.end()
        elif len(mark) == 1:  # a quotation mark without its partner
            return -1
    return -1


def load(text: str) -> JsonValue:
    """None for what cannot be read, however leniently."""
    for attempt in (_as_json, _as_python, _as_mended):
        try:
            return attempt(text)
        except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
            continue
    return None


def values_in(text: str) -> Iterator[tuple[int, int, JsonValue]]:
    """The objects and lists that stand in a text side by side, each with its begin and end. The
    last one may lack its end."""
    at = 0
    while (begin := _first_bracket(text, at)) >= 0:
        at = end_of_value(text, begin)
        piece = text[begin:at] if at >= 0 else _completed(text[begin:])
        at = at if at >= 0 else len(text)
        yield begin, at, load(piece)


def _first_bracket(text: str, start: int) -> int:
    found = [place for place in (text.find("{", start), text.find("[", start)) if place >= 0]
    return min(found, default=-1)


def _completed(text: str) -> str:
    """With the brackets at its end that it lacks."""
    missing: list[str] = []
    for token in TOKEN.finditer(text):
        if token[0] in CLOSING:
            missing.append(CLOSING[token[0]])
        elif token[0] in "}])" and missing:
            missing.pop()
    return text + "".join(reversed(missing))


def _as_json(text: str) -> JsonValue:
    value: JsonValue = json.loads(text, strict=False)
    return value


def _as_python(text: str) -> JsonValue:
    value: JsonValue = json.loads(json.dumps(ast.literal_eval(text.strip())))
    return value


def _as_mended(text: str) -> JsonValue:
    return _as_json(LOOSE.sub(_mend, QUOTES.sub('"', text)))


def _mend(found: re.Match[str]) -> str:
    if found["key"]:
        return f'"{found["key"]}"'
    return WORDS.get(found["word"] or "", "") if not found[1] else found[1]
