"""Ends a page's socket when its sign-in no longer holds: signed out, deactivated, password changed.

Every process looks once in a while at all its sockets with two queries, so that it also notices
what another process, the admin or a shell did. What happens in this process is noticed at once.
"""

import asyncio
import contextvars
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass
from itertools import batched

from asgiref.sync import sync_to_async
from django.db import DatabaseError, connection, transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils import timezone

from chatstudio.models import User

logger = logging.getLogger(__name__)

SECONDS = 0.75
AT_ONCE = 500


@dataclass(frozen=True, eq=False, slots=True)
class OpenSocket:
    person_id: int
    session_key: str
    auth_hash: str
    hang_up: Callable[[], Awaitable[None]]


class Watch:
    def __init__(self) -> None:
        self.sockets: set[OpenSocket] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()

    def add(self, socket: OpenSocket) -> None:
        self.sockets.add(socket)
        loop = asyncio.get_running_loop()
        if self._loop is not loop or self._task is None or self._task.done():
            self._loop, self._wake = loop, asyncio.Event()
            self._task = loop.create_task(self._look_while_open(), context=contextvars.Context())

    def remove(self, socket: OpenSocket) -> None:
        self.sockets.discard(socket)

    def look_now(self) -> None:
        """From any thread."""
        if self.sockets and self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake.set)

    async def _look_while_open(self) -> None:
        while self.sockets:
            try:
                async with asyncio.timeout(SECONDS):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()
            try:
                for socket in await sync_to_async(no_longer_signed_in)(list(self.sockets)):
                    self.sockets.discard(socket)
                    await socket.hang_up()
            except Exception:
                logger.exception("Looking for ended sessions failed; trying again")


def no_longer_signed_in(sockets: Collection[OpenSocket]) -> list[OpenSocket]:
    try:
        sessions = _sessions_of({socket.session_key for socket in sockets})
        hashes = _hashes_of({socket.person_id for socket in sockets})
    except DatabaseError:
        connection.close()  # a broken one would be broken the next time as well
        raise
    return [
        socket
        for socket in sockets
        if socket.session_key not in sessions or hashes.get(socket.person_id) != socket.auth_hash
    ]


def _sessions_of(keys: Iterable[str]) -> set[str]:
    from django.contrib.sessions.models import Session  # installed with accounts only

    rows = Session.objects.filter(expire_date__gt=timezone.now())
    return {
        key
        for some in batched(keys, AT_ONCE)
        for key in rows.filter(session_key__in=some).values_list("session_key", flat=True)
    }


def _hashes_of(ids: Iterable[int]) -> dict[int, str]:
    rows = User.objects.filter(is_active=True).only("id", "password")
    return {
        person.pk: person.get_session_auth_hash()
        for some in batched(ids, AT_ONCE)
        for person in rows.filter(id__in=some)
    }


watch = Watch()
look_now = watch.look_now


@receiver([post_save, post_delete], sender=User)
def look_after_change(**kwargs: object) -> None:
    """An account that is saved, in the admin for example, may have lost its right to open pages."""
    transaction.on_commit(look_now)
