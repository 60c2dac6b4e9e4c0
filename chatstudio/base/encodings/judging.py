"""How many bits a decoded text would cost in a language: the fewer, the more likely it is one."""

import unicodedata
from collections.abc import Callable
from functools import cache

from chatstudio.base.encodings.languages import Language, Signs

IMPOSSIBLE = 25.0
FREQUENT = frozenset("“”‘’–—…€")
PUNCTUATION = frozenset("„«»°·•§©®™£¥\xa0²³¿¡½¼¾×±‚‹›†№−")
WIDE = frozenset("，。、：；？！（）「」『』《》【】“”‘’…—·　～％＋－／〈〉ー〜￥")


def bits_of_ascii(char: str) -> float:
    if char.isalpha():
        return 4.5
    if char.isdigit():
        return 4.0
    if char in " \n\r\t":
        return 3.0
    return 5.0 if char.isprintable() or char == "\x1b" else 20.0


def bits_in(language: Language, text: str, known: Callable[[str], float]) -> float:
    """`known` tells a char's bits by itself; here its neighbours are looked at."""
    bits, before = 0.0, " "
    for at, char in enumerate(text):
        if char.isascii():
            bits += bits_of_ascii(char)
            if language.is_own_script and char.isalpha() and not before.isascii():
                bits += 8.0 * _is_letter(before)
        else:
            bits += known(char)
            # A word begins with a capital, or consists of them.
            bits += 0.0 if not char.isupper() else 0.4 if before.isupper() else 1.5
            bits += _bits_of_place(language, before, char, text[at + 1 : at + 2])
        if char.isupper() and before.islower():
            bits += 6.0
        before = char
    return bits + (14.0 if language.is_own_script and _is_mostly_ascii(text) else 0.0)


def _is_mostly_ascii(text: str) -> bool:
    letters = [char.isascii() for char in text if char.isalpha()]
    return sum(letters) > 0.75 * len(letters)


def _bits_of_place(language: Language, before: str, char: str, after: str) -> float:
    """What is strange about where a letter or sign stands."""
    if _is_letter(char):
        if language.is_own_script:
            return 8.0 if before.isascii() and before.isalpha() else 0.0
        beside = (not before.isascii() and before.isalpha()) + (before.isdigit())
        # Words of these languages have more ASCII letters than others.
        is_alone = not before.isalpha() and not after.isalpha()
        return 3.5 * beside + 2.0 * is_alone
    is_within = before.isalpha() and after.isalpha() and char not in "’·"
    return 7.0 if is_within else 0.0


def _is_letter(char: str) -> bool:
    return unicodedata.category(char)[0] in "LM"


def knowing(language: Language) -> Callable[[str], float]:
    ranks = language.ranks
    start, step = (2.8, 0.1) if language.is_own_script else (5.5, 0.25)

    @cache
    def bits(char: str) -> float:
        lower = char.lower()
        rank = ranks.get(lower)
        if rank is not None:
            return start + step * rank
        return _bits_of_others(char)

    return bits


def _bits_of_others(char: str) -> float:
    if char in FREQUENT:
        return 6.5
    if char in PUNCTUATION:
        return 8.5
    category = unicodedata.category(char)
    if category in ("Cc", "Cn", "Co", "Cs"):
        return IMPOSSIBLE
    if category == "Cf":
        return 11.0
    return 13.0 if category[0] in "LM" else 14.0


def bits_in_signs(text: str, known: Callable[[str], float]) -> float:
    bits, before = 0.0, " "
    for char in text:
        bits += bits_of_ascii(char) if char.isascii() else known(char)
        # A sign in the middle of a word of ASCII letters is none.
        if char.isascii() is not before.isascii() and char.isalpha() and before.isalpha():
            bits += 4.0 if char.isascii() else 6.0
        before = char
    return bits


def knowing_signs(signs: Signs) -> Callable[[str], float]:
    encoding, end = signs.levels

    @cache
    def bits(char: str) -> float:
        if char in signs.frequent:
            return 8.5
        if char in WIDE:
            return 6.5
        point = ord(char)
        if 0x3041 <= point <= 0x30FF:  # kana
            return 5.5 + (point > 0x309F) if signs.is_japanese else 17.0
        if 0xFF10 <= point <= 0xFF5A:  # digits and letters as wide as signs
            return 9.0
        if 0xFF66 <= point <= 0xFF9F:  # kana half as wide
            return 6.2 if signs.is_japanese else IMPOSSIBLE
        is_hangul = 0xAC00 <= point <= 0xD7A3
        if not is_hangul and not 0x3400 <= point <= 0x9FFF:
            return _bits_of_others(char) + 1.0
        if is_hangul is not signs.is_korean:
            return 17.0
        return 13.0 if _is_of_first_level(char, encoding, end) else 18.5

    return bits


def _is_of_first_level(char: str, encoding: str, end: int) -> bool:
    try:
        return char.encode(encoding)[0] < end
    except UnicodeEncodeError:
        return False
