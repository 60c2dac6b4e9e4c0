"""Recorded answers of real servers, played again over a real connection."""

import asyncio
import random
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

TRANSCRIPTS = Path(__file__).parent / "transcripts"


@dataclass(frozen=True)
class Canned:
    """`cut` resets the connection after the body; `silent` keeps it open without a word."""

    body: bytes = b""
    status: int = 200
    content_type: str = "application/x-ndjson"
    cut: bool = False
    silent: bool = False
    packets: tuple[bytes, ...] = ()
    headers: tuple[str, ...] = ()


@dataclass
class Replay:
    url: str = ""
    requests: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)


def transcript(name: str) -> Canned:
    """By its number, or its whole name where several share one."""
    (path,) = (*TRANSCRIPTS.glob(f"{name}.txt"), *TRANSCRIPTS.glob(f"{name}_*.txt"))
    recorded = path.read_bytes()
    head, _, body = recorded[recorded.index(b"HTTP/1.1 ") :].partition(b"\n\n")
    first, *rest = head.decode().splitlines()
    headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in rest if ": " in line)}
    # One capture is abridged by a line of dots.
    body = body.replace(b"\n...\n", b"\n")
    return Canned(body, int(first.split()[1]), headers.get("content-type", ""))


@asynccontextmanager
async def replay(
    answers: Mapping[str, Canned | list[Canned]],
    *,
    seed: int = 1,
    tls: ssl.SSLContext | None = None,
    redirect: str = "",
) -> AsyncIterator[Replay]:
    """Each path answers its `Canned`; of a list each request takes the next, the last stays. All
    others are not there, or lead to `redirect`."""
    told = Replay()
    left = {path: list(a) if isinstance(a, list) else [a] for path, a in answers.items()}
    dice = random.Random(seed)
    elsewhere = Canned(b"404 page not found", 404, "text/plain")
    if redirect:
        elsewhere = Canned(b"", 307, "text/plain", headers=(f"Location: {redirect}",))

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            path = await _read(reader, told)
            queue = left.get(path) or [elsewhere]
            await _write(writer, queue.pop(0) if len(queue) > 1 else queue[0], dice)
            await reader.read()
        told.hung_up.set()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    told.url = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
    try:
        yield told
    finally:
        server.close()


async def _read(reader: asyncio.StreamReader, told: Replay) -> str:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
    method, path, _ = head[0].split()
    headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    told.requests.append((method, path, headers, body))
    return path


async def _write(writer: asyncio.StreamWriter, answer: Canned, dice: random.Random) -> None:
    if answer.silent and not answer.body:
        return
    writer.write(
        f"HTTP/1.1 {answer.status} X\r\nContent-Type: {answer.content_type}\r\n"
        "Transfer-Encoding: chunked\r\nConnection: close\r\n".encode()
        + "".join(f"{header}\r\n" for header in (*answer.headers, "")).encode()
    )
    for packet in answer.packets or _packets(answer.body, dice):
        writer.write(b"%x\r\n%s\r\n" % (len(packet), packet))
        await writer.drain()
        await asyncio.sleep(0)
    if answer.cut:
        writer.close()
    elif not answer.silent:
        writer.write(b"0\r\n\r\n")
        await writer.drain()


def _packets(body: bytes, dice: random.Random) -> list[bytes]:
    packets = []
    while body:
        size = dice.choice((1, 2, 3, 7, 50, 400))
        packets.append(body[:size])
        body = body[size:]
    return packets
