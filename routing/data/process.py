"""One child process a job: it is given a job as JSON and tells what it finds in lines of JSON.

Leaving the iterator ends the child, so whoever stops listening stops the work.
"""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path

from routing.data.errors import (
    NEEDS_TOO_MUCH,
    DataError,
    TooMuchMemory,
    from_child,
    took_too_long,
)
from routing.data.places import NOBODY, Asker, places
from routing.data.types import Job, Told

ROOT = Path(__file__).resolve().parent.parent.parent
LONGEST_LINE = 64 * 2**20
# What a child gets beyond its own deadline, to say that it was interrupted.
GRACE_SECONDS = 3.0


def _environment() -> dict[str, str]:
    """Nothing of ours: no keys, no addresses, no home with settings in it."""
    kept = ("PATH", "LANG", "LC_ALL", "TZ", "SYSTEMROOT", "LD_LIBRARY_PATH")
    return {name: os.environ[name] for name in kept if name in os.environ} | {
        "HOME": os.devnull,
        "PYTHONUTF8": "1",
        "MALLOC_ARENA_MAX": "2",
    }


async def told_by_child(job: Job, seconds: float, asker: Asker = NOBODY) -> AsyncGenerator[Told]:
    """The child's lines, without the last one, which says that it is done or what went wrong."""
    async with places().one_for(asker), _child(job) as child:
        try:
            async with asyncio.timeout(seconds + GRACE_SECONDS):
                async for told in _lines(child):
                    yield told
        except TimeoutError:
            raise took_too_long(seconds) from None


@contextlib.asynccontextmanager
async def _child(job: Job) -> AsyncIterator[asyncio.subprocess.Process]:
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "routing.data.child"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env=_environment(),
        limit=LONGEST_LINE,
    )
    try:
        assert child.stdin is not None  # noqa: S101  as asked for above
        child.stdin.write(json.dumps(job).encode())
        with contextlib.suppress(ConnectionError):  # it ended at once; its silence will tell
            child.stdin.write_eof()
            await child.stdin.drain()
        yield child
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()


async def _lines(child: asyncio.subprocess.Process) -> AsyncGenerator[Told]:
    assert child.stdout is not None  # noqa: S101  as asked for above
    async for line in child.stdout:
        told: Told = json.loads(line)
        if "error" in told:
            raise from_child(told["error"])
        if "done" in told:
            return
        yield told
    code = await child.wait()
    if code < 0 or code in (127, 134, 137):  # refused memory, it often ends without a word
        raise TooMuchMemory(NEEDS_TOO_MUCH)
    raise DataError(f"The data engine ended unexpectedly (code {code}). Try again.")
