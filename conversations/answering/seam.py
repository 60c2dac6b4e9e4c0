"""The seam between the event loop, where answers live, and the threads, where rows are read.

Each change of threads costs a request a millisecond, more on a busy machine. So a door looks up,
changes and renders in one function, which runs in one thread, once. What open pages are to know of
it, it *leaves*; that is told on the loop when the function has ended.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import Context, ContextVar
from functools import partial, wraps
from inspect import Signature, signature
from typing import Concatenate

from asgiref.sync import async_to_sync, sync_to_async
from django.db import transaction
from django.http import HttpRequest

from conversations.answering.news import News, tell
from routing.llm.catalogue import Catalogue

logger = logging.getLogger(__name__)

type Answer[T] = Coroutine[object, None, T]


class Left:
    """What one body has left so far. Where whoever asked goes away, the seam is over while the
    body still runs; what it leaves then is told without them."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._news: deque[News] = deque()
        self._is_over = False
        self._in_order = asyncio.Lock()

    def add(self, news: News) -> None:
        self._news.append(news)
        if self._is_over:
            empty = Context()  # the request's own may have ended
            empty.run(asyncio.run_coroutine_threadsafe, self.tell(), self._loop)

    async def tell(self) -> None:
        """The rows are there whatever a listener makes of it; a reload shows them."""
        self._is_over = True
        async with self._in_order:
            while self._news:
                try:
                    await tell(self._news.popleft())
                except Exception:
                    logger.exception("Telling open pages what has changed failed")


_left: ContextVar[Left | None] = ContextVar("left", default=None)


def leave(news: News) -> None:
    """For whoever writes rows: told once they are committed, and never where they are rolled back.
    Where no seam is around it, in a command or a plain sync view, it is told at once."""
    transaction.on_commit(partial(_leave, news, _left.get()))


def _leave(news: News, left: Left | None) -> None:
    if left is None:
        async_to_sync(tell)(news)
    else:
        left.add(news)


async def in_thread[**P, T](function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What it left is told also where it failed after that: those rows are there."""
    left = Left()
    before = _left.set(left)
    try:
        return await sync_to_async(function)(*args, **kwargs)
    finally:
        _left.reset(before)
        await left.tell()


def in_one_thread[**P, T](body: Callable[P, T]) -> Callable[P, Answer[T]]:
    """A door whose whole body is sync and leaves news."""

    @wraps(body)
    async def door(*args: P.args, **kwargs: P.kwargs) -> T:
        return await in_thread(body, *args, **kwargs)

    return door


def with_models[R: HttpRequest, **P, T](
    find: Callable[[], Awaitable[Catalogue]],
) -> Callable[[Callable[Concatenate[R, Catalogue, P], T]], Callable[Concatenate[R, P], Answer[T]]]:
    """A door that needs to know the models, which are found on the loop before its body runs."""

    def decorated(
        body: Callable[Concatenate[R, Catalogue, P], T],
    ) -> Callable[Concatenate[R, P], Answer[T]]:
        @wraps(body)
        async def door(request: R, /, *args: P.args, **kwargs: P.kwargs) -> T:
            return await in_thread(body, request, await find(), *args, **kwargs)

        # Without the models: ninja takes whatever stands here for what is to be sent.
        request, _, *sent = signature(body).parameters.values()
        door.__signature__ = Signature([request, *sent])  # type: ignore[attr-defined]
        return door

    return decorated
