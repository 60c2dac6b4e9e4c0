"""Pages without a browser: each opens its websocket, sends a message and reads the answer.

    python -m benchmarks.followers

A process of its own, so that its work is not the server's. The job is one line of JSON to it; it
says `open` when the pages of many at once are, and waits for a further line. The answer is one line
of JSON. What a page does is in visitors/; here is when they come and what they have seen.
"""

import asyncio
import json
import re
import sys
from dataclasses import asdict, dataclass, field
from importlib import import_module
from time import time

from benchmarks.wire import Failed

# Frames are HTML or JSON, where a line's end is two letters.
WORD = re.compile(r"(?:\b|\\[nrt])w(\d+)\b")
SETTLE_SECONDS = 0.3
"""What is behind a page that has just been opened is done with before anybody writes."""


@dataclass(frozen=True)
class Job:
    """`one_by_one`: each page is opened after the end of the one before and a `pause`; otherwise
    all of them are, and then they write, spread over so many seconds. A page without words only
    reads."""

    kind: str
    port: int
    model: str
    tokens: int
    pages: list[tuple[str, str]]
    one_by_one: bool = False
    pause: float = 0.0
    spread: float = 0.0
    limit: float = 60.0
    slow: int = 0
    """So many of the last pages are slow ones."""


@dataclass
class Seen:
    """`arrivals`: when which token was there, as far as it was new. `bytes` are those of the
    frames, and of what an answer to the message brought, from the message on."""

    text: str
    asked_at: float = 0.0
    arrivals: list[tuple[float, int]] = field(default_factory=list)
    ended_at: float = 0.0
    frames: int = 0
    bytes: int = 0
    error: str = ""


class Follower:
    def __init__(self, job: Job, kind: str, key: str, text: str) -> None:
        self.job, self.seen, self.last = job, Seen(text), -1
        self.ended = asyncio.Event()
        visitor = import_module(f"benchmarks.visitors.{kind.replace('-', '_')}").Visitor
        self.visitor = visitor(job.port, job.model, key, self._came)

    async def open(self) -> None:
        await self.visitor.open()
        self.reading = asyncio.create_task(self._read())

    async def follow(self, wait: float) -> Seen:
        await asyncio.sleep(wait)
        try:
            async with asyncio.timeout(self.job.limit):
                if self.seen.text:
                    self.seen.asked_at = time()
                    await self.visitor.ask(self.seen.text)
                await asyncio.wait(
                    [self.reading, asyncio.ensure_future(self.ended.wait())],
                    return_when=asyncio.FIRST_COMPLETED,
                )
                if not self.ended.is_set():
                    await self.reading
            if self.last != self.job.tokens - 1:
                raise Failed(f"the answer ended after token {self.last} of {self.job.tokens}")
        except Exception as error:
            self.seen.error = f"{type(error).__name__}: {error}"
        finally:
            self.reading.cancel()
            self.visitor.close()
        return self.seen

    async def _read(self) -> None:
        """Until the answer is in its final form."""
        while not self.ended.is_set():
            self._came(await self.visitor.receive())
            self.seen.frames += 1

    def _came(self, text: str) -> None:
        now = time()
        if self.seen.asked_at or not self.seen.text:
            self.seen.bytes += len(text.encode())
        if words := WORD.findall(text):
            newest = max(self.last, int(words[-1]))
            if newest > self.last:
                self.seen.arrivals.append((now, newest))
                self.last = newest
        if self.visitor.is_end(text):
            self.seen.ended_at = now
            self.ended.set()


async def run(job: Job) -> list[Seen]:
    quick = len(job.pages) - job.slow
    followers = [
        Follower(job, job.kind if number < quick else "slow", key, text)
        for number, (key, text) in enumerate(job.pages)
    ]
    if not job.one_by_one:
        for follower in followers:
            await follower.open()
        await asyncio.sleep(SETTLE_SECONDS)
        print("open", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        gap = job.spread / max(1, len(followers))
        coming = (each.follow(number * gap) for number, each in enumerate(followers))
        return await asyncio.gather(*coming)
    seen = []
    for follower in followers:
        await follower.open()
        await asyncio.sleep(SETTLE_SECONDS)
        seen.append(await follower.follow(job.pause))
    return seen


def main() -> None:
    job = Job(**json.loads(sys.stdin.readline()))
    print(json.dumps([asdict(seen) for seen in asyncio.run(run(job))]))


if __name__ == "__main__":
    main()
