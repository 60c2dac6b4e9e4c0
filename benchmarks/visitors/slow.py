"""A page that shows four frames a second, as on a phone in a train: it reads no faster, and says
no sooner that it has shown them."""

import asyncio

from benchmarks.visitors import studio

SECONDS = 0.25


class Visitor(studio.Visitor):
    async def receive(self) -> str:
        await asyncio.sleep(SECONDS)
        return await super().receive()
