"""What counts as a word, and how it is folded, so that "Café" is found by "cafe".

`foldable` text goes into the index and `words` come out of what is typed; both agree. Chinese,
Japanese, Thai and their like are written without spaces: there every character is a word, and what
was typed is looked for as a phrase. So is every emoji, by a name of letters, as the databases count
none among words; the colour of its skin is folded like an accent.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

# Thai, Lao, Burmese, Khmer; radicals, kana, bopomofo, ideographs.
UNSPACED = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
    r"\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3041-\u30fa\u30fc-\u312f\u31a0-\u31ff"
    r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003fffd"
)
# Accents, the points of Hebrew and Arabic, the hyphen that shows at a line's end alone, and how an
# emoji is to look.
MARKS = (
    r"\u00ad\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    r"\ufe0e\ufe0f\U0001f3fb-\U0001f3ff"
)
# Without the lines of drawn tables and trees.
EMOJI = r"\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001f3fa\U0001f400-\U0001faff"
EMOJI_NAME = "ꙮ"
"""Followed by the code. A letter that nobody types, as the beginning of a word is found as well."""
# Within a word of an Indian script: letters, vowel signs and digits, but not the full stops.
INDIC = r"\u0900-\u0963\u0966-\u0dff"

_LETTER = rf"(?![{UNSPACED}])[^\W_]"
_emoji = re.compile(f"[{EMOJI}]")
_unspaced = re.compile(f"[{UNSPACED}]")
_marks = re.compile(f"[{MARKS}]")
_word = re.compile(f"[{UNSPACED}{EMOJI}]|(?:{_LETTER}|[{INDIC}])(?:{_LETTER}|[{MARKS}{INDIC}])*")
# Any but Latin, Greek, Cyrillic, punctuation and symbols, which never join with the next one.
_joining = re.compile(
    r"[^\x01-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u052f\u1e00-\u206f\u20a0-\u20cf"
    r"\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]"
)
_letters = re.compile(rf"(?:{_LETTER})+")


class Found(NamedTuple):
    """A word where it stands in the text, and folded."""

    start: int
    end: int
    word: str


def foldable(text: str | None) -> str:
    """The text as the index reads it, which itself only looks for words and lowers ASCII."""
    if not text or text.isascii():
        return text or ""
    return _emoji.sub(_emoji_apart, _unspaced.sub(r" \g<0> ", fold(text)))


def _emoji_apart(found: re.Match[str]) -> str:
    return f" {EMOJI_NAME}{ord(found[0]):x} "


def fold_word(word: str) -> str:
    return _emoji.sub(_emoji_apart, fold(word)).strip()


def fold(text: str) -> str:
    if text.isascii():
        return text.lower()
    # Composed again afterwards: what else was taken apart, such as Hangul, becomes whole.
    bare = _marks.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFC", bare).casefold()


def words(text: str) -> tuple[str, ...]:
    return tuple(_word.findall(foldable(text).lower()))


def words_in_place(text: str) -> Iterator[Found]:
    for match in _word.finditer(text):
        yield Found(match.start(), match.end(), fold_word(match.group()))


class _Alone(dict[int, str]):
    """For `str.translate`: a letter as its word is folded, an emoji as a word of its own, and what
    is between words as it is. NUL where a letter becomes no letters, such as a half."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if match := _emoji.match(character):
            self[code] = _emoji_apart(match)
            return self[code]
        folded = fold(character) if _word.match(character) else character
        is_same_kind = folded == character or _letters.fullmatch(folded)
        self[code] = folded if is_same_kind else "\x00"
        return self[code]


_alone = _Alone()


def folded_in_place(text: str) -> tuple[str, Sequence[int]] | None:
    """The whole text with its words as `words_in_place` folds them, and where in it each character
    of `text` ends, or nothing if each is one character still. None where that cannot be done."""
    if text.isascii():
        return text.lower(), ()
    folded = "\x00" if _joining.search(text) else text.translate(_alone)
    if "\x00" in folded:
        return None
    if len(folded) == len(text):
        return folded, ()
    return folded, list(accumulate(len(_alone[code]) for code in map(ord, text)))
