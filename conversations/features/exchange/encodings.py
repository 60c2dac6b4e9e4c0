"""JSON is UTF-8; what some programs write as UTF-16 or UTF-32 is read as UTF-8, too."""

import codecs
from typing import IO

from chatstudio.base.text import encode_text

MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Utf8:
    """A stream of bytes, whatever the file's encoding. JSON begins with an ASCII sign, so the zeros
    around it tell an encoding that has no mark."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._head = stream.read(4)
        name = encoding_of(self._head)
        self._decoder = codecs.getincrementaldecoder(name)("replace") if name else None

    def read(self, size: int) -> bytes:
        """At most as many characters; nothing only at the end."""
        data = self._head or self._stream.read(size)
        self._head = b""
        if self._decoder is None:
            return data
        while data:
            if text := self._decoder.decode(data):
                return encode_text(text)
            data = self._stream.read(size)
        return encode_text(self._decoder.decode(b"", final=True))


def encoding_of(head: bytes) -> str:
    """Empty for UTF-8."""
    for mark, name in MARKS:
        if head.startswith(mark):
            return name
    match [bool(byte) for byte in head]:
        case [True, False, False, False]:
            return "utf-32-le"
        case [False, False, False, True]:
            return "utf-32-be"
        case [True, False, _, False]:
            return "utf-16-le"
        case [False, True, False, _]:
            return "utf-16-be"
    return ""
