"""As much HTTP and websocket as a page without a browser needs. Loopback only."""

import asyncio
import json
import os
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from gzip import decompress
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

SECRET = "b" * 32  # a CSRF secret is whatever cookie and form agree on


class Failed(Exception):
    """The server said or did something that no page could live with."""


class Http:
    """One connection, kept open. A connection that the server has closed is made again."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def request(
        self,
        method: str,
        path: str,
        form: Mapping[str, str] | None = None,
        *,
        by_htmx: bool = False,
    ) -> tuple[int, dict[str, str], bytes]:
        """The body is as it came: `plain` makes a text of it."""
        body = urlencode({"csrfmiddlewaretoken": SECRET, **form}).encode() if form else b""
        kind = "application/x-www-form-urlencoded" if form else ""
        status, headers = await self.send(method, path, body, kind, by_htmx=by_htmx or bool(form))
        return status, headers, await self._body(headers)

    async def send(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        kind: str = "",
        *,
        by_htmx: bool = False,
        more: tuple[str, ...] = (),
    ) -> tuple[int, dict[str, str]]:
        """Status and headers; whoever asks reads the body."""
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection(self.host, self.port)
        assert self.reader
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: {self.host}:{self.port}",
            f"Origin: http://{self.host}:{self.port}",
            f"Cookie: chatstudio_csrf={SECRET}",
            "Accept-Encoding: gzip",
            "HX-Request: true" if by_htmx else "Accept: text/html",
            f"Content-Length: {len(body)}",
            f"Content-Type: {kind}" if kind else "Priority: u=0",
            *more,
        ]
        self.writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        return await read_head(self.reader)

    async def ask(
        self, path: str, told: Mapping[str, Any], *more: str
    ) -> tuple[int, dict[str, str], bytes]:
        """As programs do: JSON there and JSON back."""
        kind = "application/json"
        status, headers = await self.send("POST", path, json.dumps(told).encode(), kind, more=more)
        return status, headers, await self._body(headers)

    async def stream(self, path: str, told: Mapping[str, Any], *more: str) -> AsyncIterator[bytes]:
        """The pieces of an answer that comes as it is written."""
        kind = "application/json"
        status, headers = await self.send("POST", path, json.dumps(told).encode(), kind, more=more)
        if status != 200:
            raise Failed(f"{path} was answered with {status}: {await self._body(headers)!r}")
        if "chunked" not in headers.get("transfer-encoding", ""):
            yield await self._body(headers)
            return
        async for piece in self._pieces():
            yield piece

    async def _body(self, headers: dict[str, str]) -> bytes:
        assert self.reader
        if "chunked" in headers.get("transfer-encoding", ""):
            return await self._chunks()
        return await self.reader.readexactly(int(headers.get("content-length", 0)))

    async def _chunks(self) -> bytes:
        return b"".join([piece async for piece in self._pieces()])

    async def _pieces(self) -> AsyncIterator[bytes]:
        assert self.reader
        while size := int(await self.reader.readline(), 16):
            yield await self.reader.readexactly(size)
            await self.reader.readline()
        await self.reader.readline()

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()
            self.writer = None


def plain(headers: Mapping[str, str], body: bytes) -> str:
    return (decompress(body) if headers.get("content-encoding") == "gzip" else body).decode()


async def read_head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin1").rstrip().split("\r\n")
    pairs = (line.partition(":") for line in head[1:])
    return int(head[0].split()[1]), {name.lower(): value.strip() for name, _, value in pairs}


class Socket:
    """A websocket that reads text frames and writes some below 64 KB."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def connect(cls, host: str, port: int, path: str, *more: str) -> "Socket":
        reader, writer = await asyncio.open_connection(host, port, limit=2**24)
        lines = [
            f"GET {path} HTTP/1.1",
            f"Host: {host}:{port}",
            f"Origin: http://{host}:{port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {b64encode(os.urandom(16)).decode()}",
            *more,
        ]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n")
        status, _ = await read_head(reader)
        if status != 101:
            raise Failed(f"the websocket was refused with {status}")
        return cls(reader, writer)

    async def receive(self) -> str:
        """The next text; a ping is answered on the way."""
        while True:
            first, second = await self.reader.readexactly(2)
            length = second & 127
            if length > 125:
                length = int.from_bytes(await self.reader.readexactly(2 if length == 126 else 8))
            data = await self.reader.readexactly(length)
            match first & 15:
                case 1:
                    return data.decode()
                case 8:
                    raise Failed(f"the websocket was closed: {data!r}")
                case 9:
                    self._write(0x8A, data)

    def send(self, text: str) -> None:
        self._write(0x81, text.encode())

    def _write(self, kind: int, data: bytes) -> None:
        is_short = len(data) < 126
        size = bytes((0x80 | (len(data) if is_short else 126),))
        if not is_short:
            size += len(data).to_bytes(2)
        self.writer.write(bytes((kind,)) + size + bytes(4) + data)  # a mask of zeros

    def close(self) -> None:
        self.writer.close()


async def time_pages(port: int, path: str, times: int) -> list[float]:
    """Milliseconds that each took."""
    http, taken = Http("127.0.0.1", port), []
    for _ in range(times):
        began = perf_counter()
        status, _, _ = await http.request("GET", path)
        taken.append((perf_counter() - began) * 1000)
        if status != 200:
            raise RuntimeError(f"{path} was answered with {status}")
    http.close()
    return taken
