"""In which encoding a text is, by its bytes.

UTF-8 and byte order marks prove themselves. For everything else each encoding that can decode the
bytes is judged by how likely its text would be in the languages that are written in it: short
texts have too little for statistics of bytes alone.
"""

import codecs
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chatstudio.base.encodings.judging import (
    bits_in,
    bits_in_signs,
    bits_of_ascii,
    knowing,
    knowing_signs,
)
from chatstudio.base.encodings.languages import LANGUAGES, SIGNS
from chatstudio.base.encodings.names import name_for

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
UNMARKED = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
NAMED = re.compile(
    rb"(?:charset|encoding|coding)\s*[=:]\s*[\"']?([A-Za-z0-9][A-Za-z0-9_.:-]*)", re.I
)
SAMPLE = 3_000
SURE_BITS = 12.0
"""The second best would be four thousand times less likely."""
STRANGE_BITS, STRANGE_DENSE_BITS = 13.5, 8.3
"""For each byte beyond ASCII, and where most are: no language looks like this."""
# What is used less is believed only where it fits clearly better.
RARE = {
    "iso8859_15": 1.5, "cp850": 8.0, "mac_roman": 10.0, "iso8859_2": 3.0, "cp852": 8.0,
    "iso8859_16": 10.0, "iso8859_9": 2.0, "cp857": 8.0, "iso8859_13": 4.0, "iso8859_4": 8.0,
    "cp866": 4.0, "iso8859_5": 6.0, "mac_cyrillic": 3.0, "cp1125": 6.0, "koi8_u": 1.0,
    "iso8859_7": 2.0, "cp737": 8.0, "iso8859_8": 4.0, "cp862": 8.0, "iso8859_6": 4.0,
    "cp1258": 6.0, "euc_jp": 1.0, "big5hkscs": 1.0, "utf-16-le": 9.0, "utf-16-be": 9.0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Candidate:
    encoding: str
    bits: float
    text: str


@dataclass(frozen=True, slots=True)
class Detected:
    """`encoding` is Python's name, or empty where the bytes look like no text; `others` are worth
    a try, the likely ones first. One that proves itself is not sure where some bytes are broken."""

    encoding: str
    is_sure: bool = True
    others: tuple[str, ...] = ()


def detect(data: bytes) -> Detected:
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return Detected(encoding, is_sure=_decodes(data, encoding))
    if b"\x1b$" in data and _decodes(data, "iso2022_jp"):
        return Detected("iso2022_jp")
    if not _has_controls(data):
        if _decodes(data, "utf-8"):
            return Detected("utf-8")
        if _is_broken_utf8(data):
            return Detected("utf-8", is_sure=False)
    named = _named_in(data)
    if named and _decodes(data, named):
        return Detected(named)
    return _choose([one for one in ranked(telling_part(data)) if _decodes(data, one.encoding)])


def _named_in(data: bytes) -> str:
    """As web pages, XML, mails and code say it in their first lines."""
    found = NAMED.search(data[:1024])
    return name_for(found[1].decode("ascii")) if found else ""


def _choose(ranking: Sequence[Candidate]) -> Detected:
    if not ranking:
        return Detected("", is_sure=False)
    best, *rest = ranking
    if _is_strange(best):
        return Detected("", is_sure=False, others=tuple(one.encoding for one in ranking[:5]))
    # Encodings that make the same text of it are no others.
    others = {one.text: one for one in reversed(rest) if one.text != best.text}
    nearest = sorted(others.values(), key=lambda one: one.bits)[:5]
    is_sure = not nearest or nearest[0].bits - best.bits >= SURE_BITS
    return Detected(best.encoding, is_sure, tuple(one.encoding for one in nearest))


def _is_strange(one: Candidate) -> bool:
    ascii = [char for char in one.text if char.isascii()]
    beyond = len(one.text.encode(one.encoding)) - len(ascii)
    most = STRANGE_DENSE_BITS if beyond > max(len(ascii), 16) else STRANGE_BITS
    return one.bits - sum(map(bits_of_ascii, ascii)) > most * max(beyond, 1) + 12.0


def _has_controls(data: bytes) -> bool:
    """As UTF-16 and UTF-32 without their mark have, and hardly any other text."""
    return b"\0" in data or len(data[:SAMPLE].translate(None, PLAIN)) * 40 > len(data[:SAMPLE])


def telling_part(data: bytes) -> bytes:
    """Lines with bytes beyond ASCII, from their beginning: no character is cut in two there."""
    if _has_controls(data):
        return data[: SAMPLE - SAMPLE % 4]
    found, length, at = [], 0, 0
    while length < SAMPLE and (line := _next_line(data, at)):
        start, end = line
        piece = data[start : min(end, start + SAMPLE)]
        found.append(piece)
        length += len(piece)
        at = end
    return b"\n".join(found)


def _next_line(data: bytes, at: int) -> tuple[int, int] | None:
    """Of the next byte beyond ASCII; a line's far beginning is left out."""
    rest = data[at:]
    beyond = len(rest) - len(rest.lstrip(ASCII))
    if beyond == len(rest):
        return None
    where = at + beyond
    start = max(data.rfind(b"\n", at, where) + 1, at)
    if where - start > 200:
        start = next((n for n in range(where - 1, start, -1) if data[n] < 0x30), start)
    end = data.find(b"\n", where) + 1
    return start, end or len(data)


ASCII = bytes(range(128))
PLAIN = b"\t\n\v\f\r\x1b" + bytes(range(32, 256))


def ranked(sample: bytes) -> list[Candidate]:
    """Each encoding once, with the language in which it does best."""
    best: dict[str, Candidate] = {}
    for one in _candidates(sample):
        there = best.get(one.encoding)
        if there is None or one.bits < there.bits:
            best[one.encoding] = one
    return sorted(best.values(), key=lambda one: one.bits)


def _candidates(sample: bytes) -> Iterator[Candidate]:
    texts: dict[str, str | None] = {}
    unmarked = UNMARKED if _has_controls(sample) else UNMARKED[:2] if len(sample) % 2 == 0 else ()
    for language in LANGUAGES:
        known = knowing(language)
        for encoding in (*language.encodings, *unmarked):
            text = _text_of(sample, encoding, texts)
            if text is not None:
                bits = bits_in(language, text, known) + RARE.get(encoding, 0.0)
                yield Candidate(encoding, bits, text)
    for signs in SIGNS:
        known = knowing_signs(signs)
        for encoding in (*signs.encodings, *unmarked):
            text = _text_of(sample, encoding, texts)
            if text is not None:
                bits = bits_in_signs(text, known) + RARE.get(encoding, 0.0)
                yield Candidate(encoding, bits, text)


def _text_of(sample: bytes, encoding: str, texts: dict[str, str | None]) -> str | None:
    """The end of a sample may be in the middle of a character."""
    if encoding not in texts:
        try:
            texts[encoding] = codecs.getincrementaldecoder(encoding)().decode(sample, final=False)
        except UnicodeDecodeError:
            texts[encoding] = None
    return texts[encoding]


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _is_broken_utf8(data: bytes) -> bool:
    """Nearly all of it is UTF-8, as of a log with a torn line, or all but a character cut in two at
    the end."""
    if (begun := _text_of(data, "utf-8", {})) is not None:
        return sum(not char.isascii() for char in begun) >= 3
    part = telling_part(data)
    whole = part.decode("utf-8", "replace")
    broken = whole.count("\ufffd")
    fine = sum(not char.isascii() for char in whole) - broken
    return fine >= 4 and broken * 8 <= fine
