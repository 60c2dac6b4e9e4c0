"""Text and code: which of a few encodings it is, and whether it is text at all."""

import codecs
import re
from pathlib import Path

from conversations.features.files.reader.result import LONGEST_TEXT, Unreadable

LARGEST = 4 * LONGEST_TEXT
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
HTML = re.compile(r"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype html|html)\b", re.I | re.S)


def read_text(source: Path) -> tuple[str, str]:
    """The text and its media type. Of a web page what a reader would see."""
    if source.stat().st_size > LARGEST:
        raise Unreadable("too_long")
    text = decode_text(source.read_bytes())
    if not text.strip():
        raise Unreadable("empty")
    if not HTML.match(text[:4096]):
        return text, "text/plain"
    from conversations.features.files.reader.web import text_of

    return text_of(text), "text/html"


def decode_text(data: bytes) -> str:
    encoding = next(
        (name for mark, name in MARKS if data.startswith(mark)), ""
    ) or _guess_and_decode(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    # A few stray control characters stand in logs and listings; many mean that this is no text.
    if len(NO_TEXT.findall(text)) * 200 > len(text):
        raise Unreadable("unknown")
    return text


def _guess_and_decode(data: bytes) -> str:
    """UTF-16 without its mark has a null in nearly every second byte of Western text."""
    even, odd = data[:4096:2].count(0), data[1:4096:2].count(0)
    half = max(len(data[:4096]) // 2, 1)
    if len(data) % 2 == 0 and odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    if len(data) % 2 == 0 and even > 0.4 * half and odd < 0.05 * half:
        return "utf-16-be"
    return "utf-8"
