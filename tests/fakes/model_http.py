"""As much HTTP as a fake model server needs, and the moment when a client hangs up."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from tests.fakes.model_wire import line


class Gone(Exception):
    """The connection is over."""


@dataclass
class Seen:
    """One request, as `/_fake/requests` tells it. Times are `time.time()`."""

    method: str
    path: str
    body: Any
    headers: dict[str, str]
    at: float = field(default_factory=time.time)
    disconnected_at: float | None = None
    finished_at: float | None = None
    tokens_sent: int = 0
    sent_at: list[float] = field(default_factory=list)
    """One for each token of a model that is made to be measured."""


class WatchedReader(asyncio.StreamReader):
    """Knows at once that the other end is gone, without reading what may come next."""

    def __init__(self) -> None:
        super().__init__()
        self.hung_up = asyncio.Event()

    def feed_eof(self) -> None:
        super().feed_eof()
        self.hung_up.set()

    def set_exception(self, exc: Exception) -> None:
        super().set_exception(exc)
        self.hung_up.set()


class Reply:
    def __init__(self, reader: WatchedReader, writer: asyncio.StreamWriter, seen: Seen) -> None:
        self.reader = reader
        self.writer = writer
        self.seen = seen
        self.begun = False
        self.one_byte_a_packet = False

    async def json(self, status: int, value: Mapping[str, Any]) -> None:
        await self.body(status, line(value))

    async def body(self, status: int, body: bytes) -> None:
        self._head(status, "application/json; charset=utf-8", f"Content-Length: {len(body)}")
        self.writer.write(body)
        await self.writer.drain()
        self.seen.finished_at = time.time()

    async def chunk(self, content_type: str, data: bytes) -> None:
        """Headers go out with the first chunk, as Ollama's do."""
        if not self.begun:
            self.begun = True
            self._head(200, content_type, "Transfer-Encoding: chunked")
        size = 1 if self.one_byte_a_packet else len(data)
        for start in range(0, len(data), size):
            piece = data[start : start + size]
            self.writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            await self.writer.drain()
            if self.one_byte_a_packet:
                await asyncio.sleep(0)

    async def end(self) -> None:
        self.writer.write(b"0\r\n\r\n")
        await self.writer.drain()
        self.seen.finished_at = time.time()

    def _head(self, status: int, content_type: str, length: str) -> None:
        phrase = HTTPStatus(status).phrase
        head = f"HTTP/1.1 {status} {phrase}\r\nContent-Type: {content_type}\r\n{length}\r\n\r\n"
        self.writer.write(head.encode())

    @asynccontextmanager
    async def while_connected(self) -> AsyncIterator[None]:
        """Stop as soon as the client hangs up, as real servers do."""
        task = asyncio.current_task()
        assert task is not None
        watcher = asyncio.create_task(self._watch(task))
        try:
            yield
        except asyncio.CancelledError:
            if self.seen.disconnected_at is None:
                raise
            task.uncancel()
            raise Gone from None
        except ConnectionError:  # found while writing, before the watcher's turn
            self.seen.disconnected_at = self.seen.disconnected_at or time.time()
            raise
        finally:
            watcher.cancel()
            with suppress(asyncio.CancelledError):
                await watcher

    async def _watch(self, task: asyncio.Task[Any]) -> None:
        await self.reader.hung_up.wait()
        self.seen.disconnected_at = time.time()
        task.cancel()


async def read_request(reader: asyncio.StreamReader) -> Seen | None:
    head = await reader.readuntil(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").rstrip().split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (h.partition(":") for h in rest)}
    data = await reader.readexactly(int(headers.get("content-length", 0)))
    try:
        body = json.loads(data) if data else {}
    except ValueError:
        body = {}
    return Seen(method, target.partition("?")[0], body, headers)
