"""Fetching a model from a library that does not exist. The name decides what happens:

fetched:1b        a small file, then one of 1 GB in twenty steps; then it is listed
forever:1b        no end
offline:1b        as without the internet (transcript 66)
unknown:1b        as where the library has no such model
full:1b           the disk is full in the middle
breaks:1b         the connection is reset in the middle
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from tests.fakes.model_http import Gone, Reply
from tests.fakes.model_wire import line

STEPS = 20
GIGABYTE = 1_000_000_000
MANIFEST = "pull model manifest: "
ERRORS = {
    "offline:1b": MANIFEST
    + 'Get "https://registry.ollama.ai/v2/library/offline/manifests/1b": dial tcp: '
    + "lookup registry.ollama.ai on 10.255.255.53:53: no such host",
    "unknown:1b": MANIFEST + "file does not exist",
}
FULL = "write /root/.ollama/models/blobs/sha256-2-partial-0: no space left on device"


async def pull(name: str, pause: float, reply: Reply) -> bool:
    """True where it has been fetched."""
    async with reply.while_connected():
        async for step in _steps(name, pause):
            await reply.chunk("application/x-ndjson", line(step))
            if "error" in step:
                await reply.end()
                return False
            if step.get("completed", 0) > GIGABYTE // 2 and name == "breaks:1b":
                reply.writer.transport.abort()
                raise Gone
        await reply.end()
    return True


async def _steps(name: str, pause: float) -> AsyncIterator[dict[str, Any]]:
    yield {"status": "pulling manifest"}
    if name in ERRORS:
        yield {"error": ERRORS[name]}
        return
    yield _file("1", 1_000, 1_000)
    for count in range(STEPS + 1):
        yield _file("2", GIGABYTE, GIGABYTE * count // STEPS)
        await asyncio.sleep(pause if name != "forever:1b" or count < 3 else 3600)
        if count == 10 and name == "full:1b":
            yield {"error": FULL}
            return
    yield {"status": "verifying sha256 digest"}
    yield {"status": "writing manifest"}
    yield {"status": "success"}


def _file(digest: str, total: int, completed: int) -> dict[str, Any]:
    whole = f"sha256:{digest * 64}"
    return {
        "status": f"pulling {whole[7:19]}",
        "digest": whole,
        "total": total,
        "completed": completed,
    }
