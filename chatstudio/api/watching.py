"""A stream ends when the right to read it does: a key that is revoked, a person who signs out or is
deactivated, within a second or so, as with the pages' sockets."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from time import monotonic
from typing import TypeGuard, cast

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase

from chatstudio import keys
from chatstudio.accounts.open_sockets import OpenSocket, no_longer_signed_in
from chatstudio.models import User

logger = logging.getLogger(__name__)

SECONDS = 1.0
STREAM = "text/event-stream"


def watch_rights(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    if is_events(response):
        pieces = cast(AsyncIterator[bytes], response.streaming_content)
        response.streaming_content = while_allowed(request, pieces)
    return response


def is_events(response: HttpResponseBase) -> TypeGuard[StreamingHttpResponse]:
    is_async = isinstance(response, StreamingHttpResponse) and response.is_async
    return is_async and response.headers.get("Content-Type", "").startswith(STREAM)


async def while_allowed(request: HttpRequest, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Looks once a second, also while nothing comes."""
    looked = monotonic()
    following: asyncio.Task[bytes] | None = None
    try:
        while True:
            following = following or asyncio.ensure_future(anext(pieces))
            await asyncio.wait({following}, timeout=SECONDS)
            if monotonic() - looked >= SECONDS:
                looked = monotonic()
                if not await sync_to_async(is_allowed)(request):
                    return
            if following.done():
                try:
                    piece = following.result()
                except StopAsyncIteration:
                    return
                following = None
                yield piece
    finally:
        if following is not None:
            following.cancel()
            with suppress(asyncio.CancelledError, StopAsyncIteration):
                await following


def is_allowed(request: HttpRequest) -> bool:
    """While the database is away, what held a second ago holds."""
    try:
        return _holds(request)
    except DatabaseError:
        logger.exception("Looking whether a stream may go on failed; trying again")
        return True


def _holds(request: HttpRequest) -> bool:
    person = cast(User, request.user)
    if key := person.came_with:
        return keys.usable().filter(pk=key.pk).exists()
    if settings.AUTH_MODE == "local":
        return True
    session = request.session.session_key or ""
    reader = OpenSocket(person.pk, session, person.get_session_auth_hash(), _nothing)
    return not no_longer_signed_in([reader])


async def _nothing() -> None:
    """A stream ends by itself."""
