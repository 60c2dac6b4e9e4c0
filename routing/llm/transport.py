"""How httpx reaches a model server directly: over asyncio, with as little as possible for a packet.

httpx's own transport spends on a packet some three times what the rest of its way to us costs: a
stream of tokens is one small packet after the other, and many answers are many streams. Heads are
h11's matter here too; through a proxy httpx's own transport goes (`client`).
"""

import asyncio
import ssl
from collections.abc import AsyncGenerator
from typing import cast

import h11
import httpx

from routing.llm.bodies import body_of
from routing.llm.connection import Connection

KEPT_SECONDS = 5.0
MOST_KEPT = 20
ROOM = 64 * 1024
"""For one packet."""
LONGEST_HEAD = 100 * 1024
AT_ONCE_SECONDS = 0.25
"""After which the next address of a name is tried as well."""

type Place = tuple[str, str, int]


class StreamingTransport(httpx.AsyncBaseTransport):
    """Used connections are kept for a moment, so that the next request finds one."""

    def __init__(self, certificates: ssl.SSLContext) -> None:
        self._certificates = certificates
        self._kept: dict[Connection, Place] = {}
        self._room = memoryview(bytearray(ROOM))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        place = _place_of(request.url)
        if connection := self._take_kept(place):
            try:
                return await self._ask(connection, place, request)
            except (httpx.ReadError, httpx.RemoteProtocolError):
                if connection.heard:
                    raise
                # The server had hung up as the request came: it is asked once more, on a new one.
        return await self._ask(await self._connect(place, request), place, request)

    async def aclose(self) -> None:
        for connection in list(self._kept):
            self._drop(connection)

    async def _ask(
        self, connection: Connection, place: Place, request: httpx.Request
    ) -> httpx.Response:
        try:
            head, rest = await _exchange(connection, request)
        except BaseException:
            connection.close()
            raise
        body = Streamed(self, connection, place, head, rest, request.method)
        headers = head.headers.raw_items()
        # What a proxy has compressed without being asked is httpx's matter.
        is_plain = b"content-encoding" not in dict(head.headers)
        extensions = {"read": body.read} if is_plain else {}
        return httpx.Response(head.status_code, headers=headers, stream=body, extensions=extensions)

    async def _connect(self, place: Place, request: httpx.Request) -> Connection:
        scheme, host, port = place
        loop = cast(asyncio.BaseEventLoop, asyncio.get_running_loop())
        try:
            async with asyncio.timeout(_seconds(request, "connect")):
                _, connection = await loop.create_connection(
                    lambda: Connection(self._room),
                    host,
                    port,
                    ssl=self._certificates if scheme == "https" else None,
                    happy_eyeballs_delay=AT_ONCE_SECONDS,
                    all_errors=True,
                )
        except TimeoutError as error:
            raise httpx.ConnectTimeout(str(error)) from error
        except (OSError, ExceptionGroup) as error:
            raise httpx.ConnectError(str(error)) from error
        except (ValueError, OverflowError) as error:  # such as a name with two dots in a row
            raise httpx.InvalidURL(str(error)) from error
        return connection

    def _take_kept(self, place: Place) -> Connection | None:
        for connection, other in list(self._kept.items()):
            if not connection.is_idle:
                self._drop(connection)
            elif other == place:
                del self._kept[connection]
                return connection
        return None

    def keep(self, connection: Connection, place: Place) -> None:
        self._kept[connection] = place
        asyncio.get_running_loop().call_later(KEPT_SECONDS, self._drop, connection)
        if len(self._kept) > MOST_KEPT:
            self._drop(next(iter(self._kept)))

    def _drop(self, connection: Connection) -> None:
        if self._kept.pop(connection, None):
            connection.close()


class Streamed(httpx.AsyncByteStream):
    """An answer's body, by httpx's own way of reading or, with a limit for each wait, by `read`."""

    def __init__(
        self,
        transport: StreamingTransport,
        connection: Connection,
        place: Place,
        head: h11.Response,
        rest: bytes,
        method: str,
    ) -> None:
        self._transport = transport
        self._connection = connection
        self._place = place
        self._rest = rest
        self._is_closed = False
        self._body = body_of(head, method)
        self._may_go_on = head.http_version == b"1.1" and all(
            b"close" not in value.lower() for name, value in head.headers if name == b"connection"
        )

    async def read(self, seconds: float | None = None) -> bytes:
        """What has come; empty at the end."""
        while not self._body.has_ended:
            packet, self._rest = self._rest, b""
            if not packet and not (packet := await self._connection.read(seconds)):
                self._may_go_on = False
                self._body.end()
            elif words := self._body.take(packet):
                return words
        return b""

    async def __aiter__(self) -> AsyncGenerator[bytes]:
        while packet := await self.read():
            yield packet

    async def aclose(self) -> None:
        """An answer that was not read to its end takes its connection along: a model goes on as
        long as somebody listens."""
        if self._is_closed:
            return
        self._is_closed = True
        has_ended = self._body.has_ended and not self._body.is_followed and not self._rest
        if self._may_go_on and has_ended and self._connection.is_idle:
            self._transport.keep(self._connection, self._place)
        else:
            self._connection.close()


async def _exchange(connection: Connection, request: httpx.Request) -> tuple[h11.Response, bytes]:
    """The request goes out, and the head of its answer comes, with what stands behind it."""
    parser = h11.Connection(h11.CLIENT, max_incomplete_event_size=LONGEST_HEAD)
    try:
        target, headers = request.url.raw_path, request.headers.raw
        head = h11.Request(method=request.method, target=target, headers=headers)
        body = h11.Data(data=await request.aread())
        sent = [parser.send(event) for event in (head, body, h11.EndOfMessage())]
    except h11.LocalProtocolError as error:
        raise httpx.LocalProtocolError(str(error)) from error
    await connection.write(b"".join(filter(None, sent)), _seconds(request, "write"))
    try:
        while not isinstance(event := parser.next_event(), h11.Response):
            if event is not h11.NEED_DATA:  # such as 100 Continue
                continue
            if not (packet := await connection.read(_seconds(request, "read"))):
                raise httpx.RemoteProtocolError("Server disconnected without sending a response.")
            parser.receive_data(packet)
    except h11.RemoteProtocolError as error:
        raise httpx.RemoteProtocolError(str(error)) from error
    return event, parser.trailing_data[0]


def _place_of(url: httpx.URL) -> Place:
    if url.scheme not in ("http", "https"):
        raise httpx.UnsupportedProtocol(f"http or https, not {url.scheme!r}")
    host = url.raw_host.decode("ascii")
    if not host:
        raise httpx.UnsupportedProtocol("an address without a host")
    return url.scheme, host, url.port or (443 if url.scheme == "https" else 80)


def _seconds(request: httpx.Request, name: str) -> float | None:
    seconds: float | None = request.extensions.get("timeout", {}).get(name)
    return seconds
