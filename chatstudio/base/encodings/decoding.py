"""Bytes to text, with what a person should know of it."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from chatstudio.base.encodings.detecting import Detected, detect, telling_part
from chatstudio.base.encodings.names import CHOICES, PROVEN, label_of
from chatstudio.base.words import count_of

PIECE = 2**20


class NotDecodable(ValueError):
    """`wished` is the encoding that a person asked for; empty where none was found."""

    def __init__(self, wished: str = "") -> None:
        super().__init__(wished)
        self.wished = wished


@dataclass(frozen=True, slots=True)
class Reading:
    """`note` is empty where there is nothing to say."""

    encoding: str
    note: str = ""


def decode(data: bytes, wished: str = "") -> tuple[str, Reading]:
    found = detect_as_wished(data, wished)
    text = data.decode(found.encoding, "replace" if _is_patched(found) else "strict")
    return text, Reading(found.encoding, note_of(found, text.count("\ufffd")))


def detect_as_wished(data: bytes, wished: str) -> Detected:
    """Raises NotDecodable."""
    if not wished:
        found = detect(data)
        if not found.encoding:
            raise NotDecodable
        return found
    try:
        if wished not in CHOICES:
            raise NotDecodable(wished)
        data.decode(wished)
    except UnicodeDecodeError:
        raise NotDecodable(wished) from None
    return Detected(wished)


def note_of(found: Detected, broken: int = 0) -> str:
    if _is_patched(found):
        return f"{count_of(broken, 'character')} could not be decoded, and stand as \ufffd."
    if found.is_sure:
        return ""
    others = ", ".join(dict.fromkeys(label_of(name) for name in found.others[:3]))
    also = f"; {others} would be possible too" if others else ""
    return f"Read as {label_of(found.encoding)}, which is not certain{also}."


def _is_patched(found: Detected) -> bool:
    """It says what it is, with bytes in it that are something else."""
    return found.encoding in PROVEN and not found.is_sure


def write_as_utf8(source: Path, target: Path, found: Detected) -> Reading:
    errors = "replace" if _is_patched(found) else "strict"
    broken = 0
    with target.open("w", encoding="utf-8", newline="") as new:
        for text in _pieces(source, found.encoding, errors):
            broken += text.count("\ufffd") if errors == "replace" else 0
            new.write(text)
    return Reading(found.encoding, note_of(found, broken))


def detect_file(source: Path, wished: str = "") -> Detected:
    """Of one that is too large for the memory; raises NotDecodable."""
    if wished:
        if wished not in CHOICES or not _decodes(source, wished):
            raise NotDecodable(wished)
        return Detected(wished)
    if not _has_controls_or_mark(source) and _decodes(source, "utf-8"):
        return Detected("utf-8")
    found = detect(_telling_part_of(source))
    # What a part of it says has to hold for all of it.
    for encoding in filter(None, (found.encoding, *found.others)):
        if _decodes(source, encoding):
            return Detected(encoding, found.is_sure, found.others)
    if found.encoding in PROVEN:
        return Detected(found.encoding, is_sure=False)
    raise NotDecodable


def _has_controls_or_mark(source: Path) -> bool:
    with source.open("rb") as file:
        head = file.read(4096)
    return head.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or (
        b"\0" in head
    )


def _telling_part_of(source: Path) -> bytes:
    """The head, or the first stretch with bytes beyond ASCII."""
    with source.open("rb") as file:
        while piece := file.read(PIECE):
            if not piece.isascii() or b"\0" in piece:
                return piece if file.tell() <= PIECE else telling_part(piece)
    return b""


def _decodes(source: Path, encoding: str) -> bool:
    try:
        for _ in _pieces(source, encoding, "strict"):
            pass
    except UnicodeDecodeError:
        return False
    return True


def _pieces(source: Path, encoding: str, errors: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    with source.open("rb") as file:
        while piece := file.read(PIECE):
            yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)
