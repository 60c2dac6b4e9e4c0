"""Bytes as they come from a model server: lines of a stream, bodies of short answers."""

import asyncio
import base64
import contextlib
import struct
from collections.abc import AsyncGenerator
from dataclasses import dataclass

import httpx

from chatstudio.base.json_types import JsonMapping, JsonValue
from routing.errors import BadAnswer, ServerUnreachable
from routing.llm.client import Endpoint, Patience, client, open_stream, translate_errors

LONGEST_BYTES = 16 * 1024 * 1024
ASK_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes


async def read_lines(response: httpx.Response, patience: Patience) -> AsyncGenerator[bytes]:
    r"""Lines without their end, split at b"\n" alone.

    httpx's `aiter_lines` also splits at U+0085 and U+2028, which models do write. A packet may
    end in the middle of a line or of a character.
    """
    parts: list[bytes] = []
    size = 0
    async with contextlib.aclosing(_read_packets(response, patience)) as packets:
        async for packet in packets:
            *ended, rest = packet.split(b"\n")
            for piece in ended:
                yield b"".join((*parts, piece))
                parts, size = [], 0
            parts.append(rest)
            size = _within_limit(size + len(rest), patience)
    if last := b"".join(parts):
        yield last


async def read_body(response: httpx.Response, patience: Patience) -> bytes:
    body = bytearray()
    async with contextlib.aclosing(_read_packets(response, patience)) as packets:
        async for packet in packets:
            body += packet
            _within_limit(len(body), patience)
    return bytes(body)


async def ask(
    endpoint: Endpoint, method: str, path: str, payload: JsonMapping | None = None
) -> Reply:
    """One short question, as for the list of models; slow is as good as absent."""
    patience = Patience(endpoint.server)
    try:
        async with asyncio.timeout(ASK_SECONDS):
            with translate_errors(patience):
                request = endpoint.request(method, path, payload)
                response = await client().send(request, stream=True)
                async with contextlib.aclosing(response):
                    return Reply(response.status_code, await read_body(response, patience))
    except TimeoutError:
        raise ServerUnreachable(server=endpoint.server) from None


async def ask_long(endpoint: Endpoint, path: str, payload: JsonMapping) -> tuple[int, bytes]:
    """Status and body, for which a model works: it may have to be loaded first."""
    patience = Patience(endpoint.server)
    async with open_stream(endpoint, path, payload, patience) as response:
        return response.status_code, await read_body(response, patience)


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


async def _read_packets(response: httpx.Response, patience: Patience) -> AsyncGenerator[bytes]:
    packets = response.aiter_bytes()
    while True:
        async with asyncio.timeout(patience.seconds):
            packet = await anext(packets, None)
        if packet is None:
            return
        patience.heard = True
        yield packet


def _within_limit(size: int, patience: Patience) -> int:
    if size > LONGEST_BYTES:
        raise BadAnswer(server=patience.server, detail="a line without end")
    return size
