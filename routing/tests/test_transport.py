"""Our own way from httpx to a server: where bodies end, connections that are kept, and hang-ups."""

import asyncio
import gzip
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import pytest

from routing.errors import ServerUnreachable
from routing.llm import connection as connections
from routing.llm import transport
from routing.llm.bodies import Chunked
from routing.llm.client import Endpoint, Patience, certificates
from routing.llm.packets import ask, read_packets
from routing.llm.transport import StreamingTransport

HEAD = b"HTTP/1.1 200 OK\r\n"
FIVE = HEAD + b"Content-Length: 5\r\n\r\nHello"


@dataclass
class Told:
    url: str = ""
    connections: int = 0
    requests: list[bytes] = field(default_factory=list)
    gone: asyncio.Event = field(default_factory=asyncio.Event)


@asynccontextmanager
async def answering(
    answers: Sequence[bytes | None], *, closes: bool = False, waits: float = 0.0
) -> AsyncIterator[tuple[httpx.AsyncClient, Told]]:
    """Each request gets the next of the answers; `None` hangs up instead. `closes` after each."""
    told, left = Told(), list(answers)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        told.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next((line for line in head.split(b"\r\n") if b"ength:" in line), b":0")
                told.requests.append(head + await reader.readexactly(int(length.split(b":")[1])))
                if (answer := left.pop(0)) is None:
                    break
                for packet in answer.split(b"|"):
                    writer.write(packet)
                    await asyncio.sleep(waits)
                if closes:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            told.gone.set()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    told.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    async with httpx.AsyncClient(transport=StreamingTransport(certificates())) as client:
        try:
            yield client, told
        finally:
            server.close()


@pytest.mark.parametrize(
    ("answer", "closes"),
    [
        (FIVE, False),
        (HEAD + b"Content-Length: 5\r\n\r\nHe|llo", False),
        (HEAD + b"\r\nHel|lo", True),
        (b"HTTP/1.0 200 OK\r\n\r\nHello", True),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\nHe\r\n3\r\nllo\r\n0\r\n\r\n", False),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nHel|lo\r\n0\r\n\r\n", False),
        (
            HEAD + b"Transfer-Encoding: chunked\r\n\r\n5;x\r\nHello\r\n0\r\nX-Y: 1\r\n\r\n",
            False,
        ),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + FIVE, False),
    ],
)
async def test_a_body_ends_where_its_head_says(answer: bytes, closes: bool) -> None:
    async with answering([answer], closes=closes, waits=0.01) as (client, told):
        assert (await client.get(told.url)).text == "Hello"


@pytest.mark.parametrize("status", [b"204 No Content", b"304 Not Modified"])
async def test_some_answers_have_no_body(status: bytes) -> None:
    async with answering([b"HTTP/1.1 " + status + b"\r\n\r\n", FIVE]) as (client, told):
        assert (await client.get(told.url)).content == b""
        assert (await client.get(told.url)).text == "Hello"
    assert told.connections == 1


async def test_a_head_is_asked_for_alone() -> None:
    async with answering([HEAD + b"Content-Length: 5\r\n\r\n", FIVE]) as (client, told):
        assert (await client.head(told.url)).content == b""
        assert (await client.get(told.url)).text == "Hello"


@pytest.mark.parametrize(
    "answer",
    [
        HEAD + b"Content-Length: 9\r\n\r\nHello",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n9\r\nHello",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nHello\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nHello and more\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nfive\r\nHello\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n+5\r\nHello\r\n0\r\n\r\n",
        HEAD + b"Content-Length: five\r\n\r\nHello",
        HEAD[:9],
        b"",
        b"HTTP/1.1 200 OK\r\n" + b"X: " + b"x" * 200_000,
    ],
)
async def test_what_breaks_off_or_is_no_http_is_told(answer: bytes) -> None:
    async with answering([answer], closes=True) as (client, told):
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get(told.url)


async def test_a_connection_is_used_again_once_its_answer_was_read() -> None:
    chunked = HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nHello\r\n0\r\n\r\n"
    async with answering([FIVE, chunked, FIVE]) as (client, told):
        for _ in range(3):
            assert (await client.post(told.url, content=b"Hi")).text == "Hello"
    assert told.connections == 1
    assert all(request.endswith(b"\r\n\r\nHi") for request in told.requests)


@pytest.mark.parametrize(
    "answer",
    [
        HEAD + b"Connection: close\r\nContent-Length: 5\r\n\r\nHello",
        b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nHello",
    ],
)
async def test_a_connection_of_which_the_server_wants_no_more_is_closed(answer: bytes) -> None:
    async with answering([answer, FIVE]) as (client, told):
        await client.get(told.url)
        await client.get(told.url)
    assert told.connections == 2


async def test_a_kept_connection_that_has_ended_meanwhile_costs_nothing() -> None:
    async with answering([FIVE, None, FIVE]) as (client, told):
        await client.get(told.url)
        assert (await client.get(told.url)).text == "Hello"  # the server hangs up as it is asked
    assert told.connections == 2
    async with answering([FIVE, FIVE], closes=True) as (client, told):
        await client.get(told.url)
        await asyncio.sleep(0.05)
        assert (await client.get(told.url)).text == "Hello"
    assert len(told.requests) == 2


async def test_a_fresh_connection_is_not_tried_twice() -> None:
    async with answering([None, FIVE]) as (client, told):
        with pytest.raises(httpx.RemoteProtocolError, match="without sending"):
            await client.get(told.url)


async def test_a_server_that_hangs_up_is_asked_twice_at_the_most() -> None:
    async with answering([FIVE, FIVE, FIVE, *[None] * 4], waits=0.01) as (client, told):
        await asyncio.gather(*(client.get(told.url) for _ in range(3)))
        with pytest.raises(httpx.RemoteProtocolError):
            await client.post(told.url, content=b"Hi")
    assert len(told.requests) == 3 + 2


async def test_two_places_share_no_connection() -> None:
    async with answering([FIVE]) as (client, one), answering([FIVE]) as (_, other):
        await client.get(one.url)
        assert (await client.get(other.url)).text == "Hello"
    assert one.connections == other.connections == 1


async def test_connections_are_kept_for_a_moment_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "KEPT_SECONDS", 0.05)
    async with answering([FIVE]) as (client, told):
        await client.get(told.url)
        await asyncio.wait_for(told.gone.wait(), 5)


async def test_leaving_an_answer_closes_its_connection_at_once() -> None:
    async with answering([HEAD + b"\r\nHello"]) as (client, told):
        async with client.stream("GET", told.url) as response:
            read = response.extensions["read"]
            assert await read(5.0) == b"Hello"
        await asyncio.wait_for(told.gone.wait(), 5)


async def test_each_wait_has_its_limit_and_what_comes_in_time_begins_a_new_one() -> None:
    async with (
        answering([HEAD + b"\r\na|b|c|d|e|f"], waits=0.1) as (client, told),
        client.stream("GET", told.url) as response,
    ):
        read = response.extensions["read"]
        assert [await read(0.4) for _ in range(6)] == [b"a", b"b", b"c", b"d", b"e", b"f"]
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            await read(0.4)
        assert time.monotonic() - began >= 0.39
        async with asyncio.timeout(0.3):  # a shorter limit than that of the wait before
            with pytest.raises(TimeoutError):
                await read(0.05)


async def test_what_nobody_takes_makes_the_server_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MOST_WAITING", 1000)
    body = b"x" * 30_000_000
    async with (
        answering([HEAD + b"Content-Length: 30000000\r\n\r\n" + body]) as (client, told),
        client.stream("GET", told.url) as response,
    ):
        await asyncio.sleep(0.3)
        read = response.extensions["read"]
        assert len(await read(5.0)) < 1_000_000
        size = sum([len(packet) async for packet in response.aiter_bytes()])
    assert size > 29_000_000


async def test_a_long_request_goes_out_whole() -> None:
    async with answering([FIVE]) as (client, told):
        await client.post(told.url, content=b"x" * 5_000_000)
    assert len(told.requests[0]) > 5_000_000


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13, 100])
def test_a_chunked_body_may_be_cut_anywhere(size: int) -> None:
    sent = b"".join(b"%x;a=b\r\n%s\r\n" % (len(word), word) for word in (b"a", b"bb" * 20, b"\r\n"))
    sent += b"0\r\nX: y\r\n\r\n"
    body = Chunked()
    pieces = [body.take(sent[at : at + size]) for at in range(0, len(sent), size)]
    assert b"".join(pieces) == b"a" + b"bb" * 20 + b"\r\n"
    assert body.has_ended


def test_a_line_of_a_chunk_has_an_end() -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        Chunked().take(b"5" * 20_000)


@pytest.mark.parametrize(
    "answer",
    [
        FIVE + b"\r\n",
        FIVE + FIVE,
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nHello\r\n0\r\n\r\n" + FIVE,
    ],
)
async def test_what_follows_an_answer_is_nobody_s(answer: bytes) -> None:
    other = HEAD + b"Content-Length: 5\r\n\r\nOther"
    async with answering([answer, other]) as (client, told):
        assert (await client.get(told.url)).text == "Hello"
        assert (await client.get(told.url)).text == "Other"
    assert told.connections == 2


async def test_what_a_proxy_has_compressed_is_read() -> None:
    words = gzip.compress(b"Hello", mtime=0)
    head = HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(words)
    async with (
        answering([head + words]) as (client, told),
        client.stream("GET", told.url) as response,
    ):
        packets = [packet async for packet in read_packets(response, Patience(told.url))]
    assert b"".join(packets) == b"Hello"


@pytest.mark.parametrize("host", ["a..b", "a" * 70, "127.0.0.1:70000"])
async def test_a_host_that_cannot_be_one_is_told(host: str) -> None:
    with pytest.raises(ServerUnreachable):
        await ask(Endpoint(host, f"http://{host}"), "GET", "/")
