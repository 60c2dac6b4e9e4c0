"""As much HTTP and websocket as a page without a browser needs. Loopback only."""

import asyncio
import os
from base64 import b64encode
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
        self, method: str, path: str, form: dict[str, str] | None = None, *, by_htmx: bool = False
    ) -> tuple[int, dict[str, str], bytes]:
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection(self.host, self.port)
        assert self.reader
        self.writer.write(self._request(method, path, form, by_htmx or bool(form)))
        status, headers = await read_head(self.reader)
        return status, headers, await self._body(headers)

    def _request(self, method: str, path: str, form: dict[str, str] | None, by_htmx: bool) -> bytes:
        body = urlencode({"csrfmiddlewaretoken": SECRET, **form}).encode() if form else b""
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: {self.host}:{self.port}",
            f"Origin: http://{self.host}:{self.port}",
            f"Cookie: chatstudio_csrf={SECRET}",
            "Accept-Encoding: gzip",
            "HX-Request: true" if by_htmx else "Accept: text/html",
            f"Content-Length: {len(body)}",
            "Content-Type: application/x-www-form-urlencoded" if form else "Priority: u=0",
        ]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body

    async def _body(self, headers: dict[str, str]) -> bytes:
        assert self.reader
        if "chunked" in headers.get("transfer-encoding", ""):
            return await self._chunks()
        return await self.reader.readexactly(int(headers.get("content-length", 0)))

    async def _chunks(self) -> bytes:
        assert self.reader
        body = bytearray()
        while size := int(await self.reader.readline(), 16):
            body += await self.reader.readexactly(size)
            await self.reader.readline()
        await self.reader.readline()
        return bytes(body)

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()
            self.writer = None


async def read_head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin1").rstrip().split("\r\n")
    pairs = (line.partition(":") for line in head[1:])
    return int(head[0].split()[1]), {name.lower(): value.strip() for name, _, value in pairs}


class Socket:
    """A websocket that reads text frames and writes short ones."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def connect(cls, host: str, port: int, path: str) -> "Socket":
        reader, writer = await asyncio.open_connection(host, port, limit=2**24)
        key = b64encode(os.urandom(16)).decode()
        writer.write(
            f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nOrigin: http://{host}:{port}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\n\r\n".encode()
        )
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
        self.writer.write(bytes((kind, 0x80 | len(data), 0, 0, 0, 0)) + data)  # a mask of zeros

    def close(self) -> None:
        self.writer.close()
