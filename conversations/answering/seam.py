"""The seam between the event loop, where answers live, and the threads, where rows are read.

Each change of threads costs a request a millisecond, more on a busy machine. So a door looks up,
changes and renders in one function, which runs in one thread, once. What open pages are to know of
it, it *leaves*; that is told on the loop when the function has ended.
"""

from collections.abc import Awaitable, Callable, Coroutine
from contextvars import ContextVar
from functools import partial, wraps
from inspect import signature
from typing import Concatenate

from asgiref.sync import async_to_sync, sync_to_async
from django.db import transaction
from django.http import HttpRequest

from conversations.answering.news import News, tell
from routing.llm.catalogue import Catalogue

type Answer[T] = Coroutine[object, None, T]

_left: ContextVar[list[News] | None] = ContextVar("left", default=None)


def leave(news: News) -> None:
    """For whoever writes rows: told once they are committed, and never where they are rolled back.
    Where no seam is around it, in a command or a plain sync view, it is told at once."""
    transaction.on_commit(partial(_leave, news, _left.get()))


def _leave(news: News, left: list[News] | None) -> None:
    if left is None:
        async_to_sync(tell)(news)
    else:
        left.append(news)


async def in_thread[**P, T](function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What it left is told also where it failed after that: those rows are there."""
    left: list[News] = []
    before = _left.set(left)
    try:
        return await sync_to_async(function)(*args, **kwargs)
    finally:
        _left.reset(before)
        for news in left:
            await tell(news)


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

        whole = signature(body)
        request, _, *others = whole.parameters.values()  # ninja takes the rest for what is sent
        seen = whole.replace(parameters=[request, *others])
        door.__signature__ = seen  # type: ignore[attr-defined]
        return door

    return decorated
