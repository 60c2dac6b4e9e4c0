"""What begins an answer is carried through, also where whoever asked goes away meanwhile: a row
that says that an answer is being written, and nobody who writes it, would wait for ever."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

_under_way: set[asyncio.Task[Any]] = set()


def carried_through[**P, T](
    begin: Callable[P, Coroutine[Any, Any, T]],
) -> Callable[P, Coroutine[Any, Any, T]]:
    @wraps(begin)
    async def shielded(*args: P.args, **kwargs: P.kwargs) -> T:
        task = asyncio.create_task(begin(*args, **kwargs))
        _under_way.add(task)
        task.add_done_callback(_under_way.discard)
        return await asyncio.shield(task)

    return shielded
