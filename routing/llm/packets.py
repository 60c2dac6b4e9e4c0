"""Bytes as they come from a model server: lines of a stream, bodies of short answers."""

import asyncio
import base64
import contextlib
import struct
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import httpx
from django.conf import settings

from chatstudio.base.json_types import JsonMapping, JsonValue
from chatstudio.base.words import KB
from routing.errors import BadAnswer, ServerUnreachable
from routing.llm.client import Endpoint, Patience, open_stream, translate_errors

LONGEST_BYTES = 16 * 1024 * 1024
ASK_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


async def read_lines(response: httpx.Response, patience: Patience) -> AsyncGenerator[list[bytes]]:
    """The lines of a stream, as many at a time as have come."""
    lines = Lines(patience)
    async with contextlib.aclosing(read_packets(response, patience)) as packets:
        async for packet in packets:
            if ended := lines.take(packet):
                yield ended
    if last := lines.end():
        yield [last]


class Lines:
    r"""Lines without their end, which is b"\n", b"\r\n" or b"\r", out of packets.

    httpx's `aiter_lines` also splits at U+0085 and U+2028, which models do write. A packet may
    end in the middle of a line or of a character.
    """

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._parts: list[bytes] = []
        self._size = 0
        self._longest = longest_line()
        self._ended_in_cr = False

    def take(self, packet: bytes) -> list[bytes]:
        """Those that have ended."""
        if self._ended_in_cr:
            packet = packet.removeprefix(b"\n")
        self._ended_in_cr = packet.endswith(b"\r")
        if b"\r" in packet:
            packet = packet.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *ended, rest = packet.split(b"\n")
        if ended and self._parts:
            ended[0] = b"".join((*self._parts, ended[0]))
            self._parts, self._size = [], 0
        if rest:
            self._parts.append(rest)
            self._size += len(rest)
        longest = max([self._size, *map(len, ended)])
        _within_limit(longest, self._patience, self._longest)
        return ended

    def end(self) -> bytes:
        return b"".join(self._parts)


async def read_body(response: httpx.Response, patience: Patience) -> bytes:
    body = bytearray()
    async with contextlib.aclosing(read_packets(response, patience)) as packets:
        async for packet in packets:
            body += packet
            _within_limit(len(body), patience, LONGEST_BYTES)
    return bytes(body)


async def read_packets(response: httpx.Response, patience: Patience) -> AsyncGenerator[bytes]:
    read = response.extensions.get("read") or _reader_of(response)
    while packet := await read(patience.seconds):
        patience.heard = True
        yield packet


async def ask(
    endpoint: Endpoint, method: str, path: str, payload: JsonMapping | None = None
) -> Reply:
    """One short question, as for the list of models; slow is as good as absent."""
    patience = Patience(endpoint.server)
    seconds = max(ASK_SECONDS, settings.LLM_DETECT_SECONDS)
    try:
        async with asyncio.timeout(seconds):
            with translate_errors(patience, endpoint.reach):
                request = endpoint.request(method, path, payload)
                response = await endpoint.client.send(request, stream=True)
                async with contextlib.aclosing(response):
                    body = await read_body(response, patience)
                    return Reply(response.status_code, body, response.headers)
    except TimeoutError:
        raise ServerUnreachable(
            server=endpoint.server, reason="silent", seconds=round(seconds)
        ) from None


async def ask_long(endpoint: Endpoint, path: str, payload: JsonMapping) -> Reply:
    """What a model works for: it may have to be loaded first."""
    patience = Patience(endpoint.server)
    async with open_stream(endpoint, path, payload, patience) as response:
        body = await read_body(response, patience)
        return Reply(response.status_code, body, response.headers)


def numbers_in(value: JsonValue) -> tuple[tuple[float, ...], ...]:
    """Lists of numbers; empty where it is anything else."""
    rows = value if isinstance(value, list) else []
    found = tuple(_numbers_of(row) for row in rows)
    return found if all(found) else ()


def _numbers_of(row: JsonValue) -> tuple[float, ...]:
    if isinstance(row, list):
        return tuple(one for one in row if isinstance(one, int | float))
    if isinstance(row, str):  # some servers tell base64 to whoever does not say otherwise
        with contextlib.suppress(ValueError, struct.error):
            data = base64.b64decode(row)
            return struct.unpack(f"<{len(data) // 4}f", data)
    return ()


def _reader_of(response: httpx.Response) -> Callable[[float], Awaitable[bytes]]:
    """Of httpx's own transport, which is asked through a proxy."""
    packets = response.aiter_bytes()

    async def read(seconds: float) -> bytes:
        async with asyncio.timeout(seconds):
            return await anext(packets, b"")

    return read


def longest_line() -> int:
    """A whole answer may stand in one, where half of it is what JSON writes beside its words. It
    is read at once, so while it is nobody else gets anything."""
    return 2 * int(settings.MAX_ANSWER_KB) * KB


def _within_limit(size: int, patience: Patience, longest: int) -> int:
    if size > longest:
        raise BadAnswer(server=patience.server, detail="a line without end")
    return size
