"""A websocket as the person whose session cookie it carries, for as long as that holds."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from importlib import import_module

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest, parse_cookie

from chatstudio.accounts.open_sockets import OpenSocket, watch
from chatstudio.base.origin import Scope, header
from chatstudio.models import User

type Message = Mapping[str, object]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]
type Application = Callable[[Scope, Receive, Send], Awaitable[None]]

SIGNED_OUT = 4401
CLOSE = {"type": "websocket.close", "code": SIGNED_OUT}


def signed_in(scope: Scope) -> tuple[User, str] | None:
    """The person and the session's key, as AuthenticationMiddleware would decide for a request with
    the same cookie."""
    key = parse_cookie(header(scope["headers"], b"cookie")).get(settings.SESSION_COOKIE_NAME)
    if not key:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    person = get_user(request)
    return (person, key) if isinstance(person, User) else None


async def for_signed_in(
    application: Application, scope: Scope, receive: Receive, send: Send
) -> None:
    found = await sync_to_async(signed_in)(scope)
    if found is None:
        # Opened and closed with a code: of a refused handshake a browser tells the page nothing,
        # and the page would knock for ever instead of showing the sign-in page.
        await receive()
        await send({"type": "websocket.accept"})
        await send(CLOSE)
        return
    person, key = found
    line = Line(receive, send)
    socket = OpenSocket(person.pk, key, person.get_session_auth_hash(), line.hang_up)
    watch.add(socket)
    try:
        await application({**scope, "user": person}, line.receive, line.send)
    finally:
        watch.remove(socket)


class Line:
    """The connection as the consumer sees it. Once hung up, nothing is sent any more, and the
    consumer hears that the browser has gone."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._over = asyncio.Event()

    async def send(self, message: Message) -> None:
        if not self._over.is_set():
            await self._send(message)

    async def receive(self) -> Message:
        incoming = asyncio.ensure_future(self._receive())
        over = asyncio.ensure_future(self._over.wait())
        try:
            await asyncio.wait({incoming, over}, return_when=asyncio.FIRST_COMPLETED)
            if self._over.is_set():
                return {"type": "websocket.disconnect", "code": SIGNED_OUT}
            return incoming.result()
        finally:
            incoming.cancel()
            over.cancel()

    async def hang_up(self) -> None:
        if not self._over.is_set():
            self._over.set()
            await self._send(CLOSE)
