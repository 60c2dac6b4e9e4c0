"""Text and code: in which encoding it is, and whether it is text at all."""

import re
from pathlib import Path

from chatstudio.base.encodings.decoding import NotDecodable, Reading, decode
from conversations.features.files.reader.result import LONGEST_TEXT, Found, Unreadable

LARGEST = 4 * LONGEST_TEXT
NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
HTML = re.compile(r"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype html|html)\b", re.I | re.S)


def read(source: Path, wished: str = "") -> Found:
    """Of a web page what a reader would see."""
    text, reading = decode_text(bytes_of(source), wished)
    if not text.strip():
        raise Unreadable("empty")
    notes = (reading.note,) if reading.note else ()
    if HTML.match(text[:4096]) is None:
        return Found(text, notes=notes, encoding=reading.encoding)
    from conversations.features.files.reader.web import words_of

    return Found(words_of(text), notes=notes, encoding=reading.encoding, kind="web")


def bytes_of(source: Path, most: int = LARGEST) -> bytes:
    if source.stat().st_size > most:
        raise Unreadable("too_long")
    return source.read_bytes()


def decode_text(data: bytes, wished: str = "") -> tuple[str, Reading]:
    try:
        text, reading = decode(data, wished)
    except NotDecodable as problem:
        is_text = problem.wished or not _is_no_text(data.decode("latin-1"))
        raise Unreadable("encoding" if is_text else "unknown") from problem
    if _is_no_text(text):
        raise Unreadable("unknown")
    return text, reading


def _is_no_text(text: str) -> bool:
    """A few stray control characters stand in logs and listings."""
    return len(NO_TEXT.findall(text)) * 200 > len(text)
