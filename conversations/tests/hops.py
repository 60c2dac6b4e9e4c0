"""How often a request changes threads: a millisecond each on a slow machine, more on a busy one."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import pytest
from asgiref.sync import SyncToAsync

DJANGO = {"sync_send", "process_request", "process_view", "process_response", "close", "no_op"}
"""Its signals and middlewares; a server runs most of them on the event loop."""

_counted: ContextVar[list[str] | None] = ContextVar("counted", default=None)
"""Of whatever was begun from here, and not of an answer, whose task has an empty context."""


@contextmanager
def hops(everything: bool = False, django_too: bool = False) -> Iterator[list[str]]:
    """The names of what ran in a thread meanwhile; with `everything` also for other tasks."""
    names: list[str] = []
    real = SyncToAsync.__call__

    async def counting(self, *args, **kwargs):
        name = getattr(self.func, "__name__", "a function")
        if (django_too or name not in DJANGO) and (everything or _counted.get() is names):
            names.append(name)
        return await real(self, *args, **kwargs)

    token = _counted.set(names)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(SyncToAsync, "__call__", counting)
        yield names
    _counted.reset(token)
