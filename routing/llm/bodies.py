"""Where the body of an HTTP answer ends, and which of its bytes are words.

h11 could do this too; a packet is read here without an object for each of its parts.
"""

import re
from typing import Protocol

import h11
import httpx

NO_BODY = (204, 304)
CHUNK = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;.*)?", re.DOTALL)
LONGEST_LINE = 16 * 1024


class Body(Protocol):
    has_ended: bool
    is_followed: bool
    """More came behind its end, which is nobody's: a server that does not count what it says."""

    def take(self, data: bytes) -> bytes:
        """What of this belongs to the body, as far as it can be told."""
        ...

    def end(self) -> None:
        """The connection has; raises httpx's error where the body had not."""
        ...


def body_of(head: h11.Response, method: str) -> Body:
    headers = dict(head.headers)
    if method == "HEAD" or head.status_code in NO_BODY:
        return Counted(0)
    if b"transfer-encoding" in headers:
        return Chunked()
    if b"content-length" in headers:
        return Counted(int(headers[b"content-length"]))
    return Open()


class Open:
    """Up to the end of the connection."""

    has_ended = is_followed = False

    def take(self, data: bytes) -> bytes:
        return data

    def end(self) -> None:
        self.has_ended = True


class Counted:
    is_followed = False

    def __init__(self, length: int) -> None:
        self._left = length
        self.has_ended = not length

    def take(self, data: bytes) -> bytes:
        words = data[: self._left]
        self._left -= len(words)
        self.has_ended = not self._left
        self.is_followed = len(words) < len(data)
        return words

    def end(self) -> None:
        raise httpx.RemoteProtocolError("the connection ended within a body of a known length")


class Chunked:
    """Most often a packet is one whole chunk."""

    has_ended = is_followed = False

    def __init__(self) -> None:
        self._left = 0
        """Bytes of the chunk that are still to come."""
        self._is_behind = self._is_last = False
        """Behind a chunk comes the end of its line, behind the last one what belongs to no body."""
        self._line = b""
        """The beginning of a line."""

    def take(self, data: bytes) -> bytes:
        data = self._line + data
        words: list[bytes] = []
        at = 0
        while at < len(data) and not self.has_ended:
            if self._left:
                piece = data[at : at + self._left]
                words.append(piece)
                at += len(piece)
                self._left -= len(piece)
                self._is_behind = True
            elif (end := data.find(b"\n", at)) < 0:
                break
            else:
                self._read_line(data[at:end].removesuffix(b"\r"))
                at = end + 1
        self._line = data[at:]
        self.is_followed = self.has_ended and bool(self._line)
        if len(self._line) > LONGEST_LINE and not self.has_ended:
            raise httpx.RemoteProtocolError("illegal chunk")
        return words[0] if len(words) == 1 else b"".join(words)

    def end(self) -> None:
        raise httpx.RemoteProtocolError("the connection ended within a chunked body")

    def _read_line(self, line: bytes) -> None:
        if self._is_last:
            self.has_ended = not line
        elif self._is_behind:
            self._is_behind = False
            if line:
                raise httpx.RemoteProtocolError("illegal end of a chunk")
        elif found := CHUNK.fullmatch(line):
            self._left = int(found[1], 16)
            self._is_last = not self._left
        else:
            raise httpx.RemoteProtocolError("illegal chunk header")
