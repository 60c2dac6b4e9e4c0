"""One connection to a model server: bytes arrive, whoever waits is woken and takes all of them."""

import asyncio
from asyncio import Future, TimerHandle, Transport
from typing import cast

import httpx

MOST_WAITING = 256 * 1024
"""Bytes that nobody has taken yet; then the server has to wait."""


class Connection(asyncio.BufferedProtocol):
    """What it raises are httpx's errors; a wait that is too long is a TimeoutError.

    What comes is read into `room`, which all connections of an event loop share: asyncio would take
    256 KB for each packet and give them back.
    """

    transport: Transport

    def __init__(self, room: memoryview) -> None:
        self._room = room
        self._loop = asyncio.get_running_loop()
        self._arrived: list[bytes] = []
        self._size = 0
        self._waiter: Future[None] | None = None
        self._until = 0.0
        self._watch: TimerHandle | None = None
        self._may_write = asyncio.Event()
        self._error: Exception | None = None
        self.is_over = False
        """Nothing more will come."""
        self.heard = False
        """Something has come since the last request."""

    @property
    def is_idle(self) -> bool:
        """Whether another request may go out."""
        return not self.is_over and not self._arrived

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(Transport, transport)
        self._may_write.set()

    def get_buffer(self, _sizehint: int) -> memoryview:
        return self._room

    def buffer_updated(self, size: int) -> None:
        self.heard = True
        self._arrived.append(bytes(self._room[:size]))
        self._size += size
        if self._size > MOST_WAITING:
            self.transport.pause_reading()
        self._wake()

    def eof_received(self) -> None:
        self.is_over = True
        self._wake()

    def connection_lost(self, error: Exception | None) -> None:
        self.is_over, self._error = True, error
        self._may_write.set()
        self._wake()

    def pause_writing(self) -> None:
        self._may_write.clear()

    def resume_writing(self) -> None:
        self._may_write.set()

    async def write(self, data: bytes, seconds: float | None) -> None:
        """A server may answer, and hang up, before it has read everything."""
        self.heard = False
        self.transport.write(data)
        if not self._may_write.is_set():
            try:
                async with asyncio.timeout(seconds):
                    await self._may_write.wait()
            except TimeoutError as error:
                raise httpx.WriteTimeout("") from error

    async def read(self, seconds: float | None = None) -> bytes:
        """All that has come; empty at the end."""
        while not self._arrived:
            if self._error:
                raise httpx.ReadError(str(self._error)) from self._error
            if self.is_over:
                return b""
            await self._wait(seconds)
        data = self._arrived[0] if len(self._arrived) == 1 else b"".join(self._arrived)
        self._arrived.clear()
        if self._size > MOST_WAITING:
            self.transport.resume_reading()
        self._size = 0
        return data

    def close(self) -> None:
        """At once: a model goes on as long as somebody listens."""
        self.is_over = True
        if self._watch:
            self._watch.cancel()
            self._watch = None
        self.transport.abort()

    async def _wait(self, seconds: float | None) -> None:
        """There is one timer for many waits: it looks whether the time is up, and if not, when it
        will be."""
        self._waiter = self._loop.create_future()
        if seconds is not None:
            self._until = self._loop.time() + seconds
            if self._watch is None or self._watch.when() > self._until:
                self._set_watch()
        try:
            await self._waiter
        finally:
            self._waiter = None
            self._until = 0.0

    def _set_watch(self) -> None:
        if self._watch:
            self._watch.cancel()
        self._watch = self._loop.call_at(self._until, self._look)

    def _look(self) -> None:
        self._watch = None
        if not self._until or self._waiter is None or self._waiter.done():
            return
        if self._loop.time() >= self._until:
            self._waiter.set_exception(TimeoutError())
        else:
            self._set_watch()

    def _wake(self) -> None:
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(None)
