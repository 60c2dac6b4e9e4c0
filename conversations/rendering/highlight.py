"""Pygments with classes only: the colours are in static/css/code.css."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from html import escape
from itertools import groupby
from time import thread_time

from conversations.rendering.languages import LANGUAGES, OTHER_NAMES
from conversations.rendering.markdown import attempt
from conversations.rendering.token_classes import css_class

MAX_LENGTH = 30_000
MAX_LINE = 1_000

# Most lexers, Python's among them, take quadratic time on some text: 20 KB of blank lines or of
# unclosed comments cost over a second. They do so over many tokens, so a look at the clock between
# two tokens ends it.
MAX_SECONDS = 0.3

type Token = tuple[tuple[str, ...], str]


@lru_cache(maxsize=256)
def highlight(code: str, language: str) -> str | None:
    """HTML of the same characters, or None where the code must stay plain."""
    if len(code) > MAX_LENGTH or max(map(len, code.split("\n"))) > MAX_LINE:
        return None
    return attempt(lambda: "".join(_spans(_in_time(_tokens(code, language)))))


def _tokens(code: str, language: str) -> Iterable[Token]:
    # Pygments is loaded with the first code block. It comes without types.
    from pygments.lexers import find_lexer_class_by_name  # type: ignore[import-untyped]

    lexer_class = find_lexer_class_by_name(OTHER_NAMES.get(language, language))
    if lexer_class.aliases[0] not in LANGUAGES:
        raise LookupError(language)
    tokens: Iterable[Token] = lexer_class(stripnl=False, ensurenl=False).get_tokens(code)
    return tokens


def _in_time(tokens: Iterable[Token]) -> Iterator[Token]:
    deadline = thread_time() + MAX_SECONDS
    for token in tokens:
        if thread_time() > deadline:
            raise TimeoutError
        yield token


def _spans(tokens: Iterable[Token]) -> Iterator[str]:
    coloured = ((css_class(kind), text) for kind, text in tokens)
    for colour, run in groupby(coloured, key=lambda token: token[0]):
        text = escape("".join(text for _, text in run), quote=False)
        yield f'<span class="{colour}">{text}</span>' if colour else text
