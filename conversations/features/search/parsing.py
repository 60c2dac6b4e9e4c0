"""What a person typed to a Query. Every text has an answer, if only why it finds nothing.

Words as they are, "quoted phrases", a leading minus for what must not occur; the last word as typed
may go on. There are no operators: AND, NEAR( and * are words, or nothing.
"""

import re
from collections.abc import Iterator

from chatstudio.base.text import clean_text
from conversations.features.search.values import LONGEST, Query, Term
from conversations.features.search.words import words

MOST_TERMS = 24
SHORTEST_PREFIX = 3  # those of three letters have an index of their own, see index/sqlite.py
TOO_LONG = f"This search is too long: at most {LONGEST} characters. Keep the words that matter."
NO_WORDS = "There is no word to look for. Type at least one letter or digit."
ONLY_UNWANTED = "A minus only leaves messages out. Type also a word to look for."
QUOTES = str.maketrans("“”„‟«»＂", '"' * 7)

# A phrase in quotes, which at the end may be open still, or anything up to the next space.
_piece = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)(?P<closed>"?)|(?P<plain>[^\s"]+))')


def parse(text: str) -> Query:
    if len(text) > LONGEST:
        return Query(problem=TOO_LONG)
    wanted: list[Term] = []
    unwanted: list[Term] = []
    for term, is_unwanted in _terms(clean_text(text, nul=" ").translate(QUOTES)):
        (unwanted if is_unwanted else wanted).append(term)
    if not wanted:
        return Query(problem=ONLY_UNWANTED if unwanted else NO_WORDS)
    return Query(tuple(wanted[:MOST_TERMS]), tuple(unwanted[:MOST_TERMS]))


def _terms(text: str) -> Iterator[tuple[Term, bool]]:
    for piece in _piece.finditer(text):
        found = words(piece["phrase"] or piece["plain"] or "")
        is_unwanted = piece["minus"] is not None
        goes_on = piece.end() == len(text) and not piece["closed"] and not is_unwanted
        if found:
            yield Term(found, goes_on and _may_go_on(found[-1], text[-1])), is_unwanted


def _may_go_on(word: str, typed_last: str) -> bool:
    """One or two letters go on in too many ways to be of use, but two Korean syllables are much; a
    space or a full stop ends a word. A character of an unspaced script is a word already."""
    shortest = 2 if "가" <= word[-1] <= "힣" else SHORTEST_PREFIX
    return len(word) >= shortest and bool(words(typed_last))
