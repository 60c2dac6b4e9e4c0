"""Pages without a browser: each opens its websocket, sends a message and reads the answer.

    python -m benchmarks.followers

A process of its own, so that its work is not the server's. The job is one line of JSON to it; it
says `open` when the pages of many at once are, and waits for a further line. A page acknowledges
every eighth frame, as static/js/socket.js does. The answer is one line of JSON.
"""

import asyncio
import json
import re
import sys
from dataclasses import asdict, dataclass, field
from gzip import decompress
from time import time
from uuid import uuid4

from benchmarks.wire import Failed, Http, Socket

HOST = "127.0.0.1"
WORD = re.compile(r"\bw(\d+)\b")
STATE = re.compile(r'id="page-state"[^>]*data-revision="(\d*)" data-sidebar="(\w*)"')
ARTICLE_ENDED = 'class="message message-assistant"'  # one that is written has a class more
SETTLE_SECONDS = 0.3
"""What is behind a page that has just been opened is done with before anybody writes."""


@dataclass(frozen=True)
class Job:
    """`one_by_one`: each page is opened after the end of the one before and a `pause`; otherwise
    all of them are, and then they write, spread over so many seconds."""

    kind: str
    port: int
    model: str
    tokens: int
    pages: list[tuple[str, str]]
    one_by_one: bool = False
    pause: float = 0.0
    spread: float = 0.0
    limit: float = 60.0


@dataclass
class Seen:
    """`arrivals`: when which token was there, as far as it was new."""

    text: str
    asked_at: float = 0.0
    arrivals: list[tuple[float, int]] = field(default_factory=list)
    ended_at: float = 0.0
    frames: int = 0
    error: str = ""


class Page:
    def __init__(self, job: Job, key: str, text: str) -> None:
        self.job, self.key = job, key
        self.tab = uuid4().hex
        self.seen = Seen(text)

    async def open(self) -> None:
        """As a browser does: the page, then its socket, which says what the page shows."""
        self.http = Http(HOST, self.job.port)
        path = f"/ws/{self.key}/"
        if self.job.kind != "floor":
            status, _, body = await self.http.request("GET", f"/chat/{self.key}/")
            found = STATE.search(decompress(body).decode()) if status == 200 else None
            if found is None:
                raise Failed(f"the page was answered with {status}")
            state = f"revision={found[1]}&sidebar={found[2]}"
            path = f"/ws/chat/{self.key}/?tab={self.tab}&{state}"
        self.socket = await Socket.connect(HOST, self.job.port, path)
        self.reading = asyncio.create_task(self._read(self.socket))

    async def follow(self, wait: float) -> Seen:
        await asyncio.sleep(wait)
        try:
            async with asyncio.timeout(self.job.limit):
                await self._ask(self.http)
                await self.reading
        except Exception as error:
            self.seen.error = f"{type(error).__name__}: {error}"
        finally:
            self.reading.cancel()
            self.http.close()
            self.socket.close()
        return self.seen

    async def _ask(self, http: Http) -> None:
        path = f"/{self.key}/" if self.job.kind == "floor" else f"/chat/{self.key}/send/"
        form = {"text": self.seen.text, "model": self.job.model, "tab": self.tab, "memory": "1"}
        self.seen.asked_at = time()
        status, _, body = await http.request("POST", path, form)
        if status != 200:
            raise Failed(f"the message was answered with {status}: {body[:200]!r}")

    async def _read(self, socket: Socket) -> None:
        """Until the answer is in its final form."""
        last = -1
        while not self.seen.ended_at:
            text = await socket.receive()
            now = time()
            self.seen.frames += 1
            if self.seen.frames % 8 == 0 and self.job.kind != "floor":
                socket.send(f"ack {self.seen.frames}")
            if words := WORD.findall(text):
                newest = max(last, int(words[-1]))
                if newest > last:
                    self.seen.arrivals.append((now, newest))
                    last = newest
            if ARTICLE_ENDED in text or text == "<end>":
                self.seen.ended_at = now
        if last != self.job.tokens - 1:
            raise Failed(f"the answer ended after token {last} of {self.job.tokens}")


async def run(job: Job) -> list[Seen]:
    pages = [Page(job, key, text) for key, text in job.pages]
    if not job.one_by_one:
        for page in pages:
            await page.open()
        await asyncio.sleep(SETTLE_SECONDS)
        print("open", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        gap = job.spread / max(1, len(pages))
        return await asyncio.gather(*(page.follow(n * gap) for n, page in enumerate(pages)))
    seen = []
    for page in pages:
        await page.open()
        await asyncio.sleep(SETTLE_SECONDS)
        seen.append(await page.follow(job.pause))
    return seen


def main() -> None:
    job = Job(**json.loads(sys.stdin.readline()))
    print(json.dumps([asdict(seen) for seen in asyncio.run(run(job))]))


if __name__ == "__main__":
    main()
