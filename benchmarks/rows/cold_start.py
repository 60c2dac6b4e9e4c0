"""The first pages that a server shows after its start, each start a process of its own."""

import asyncio
import time
from statistics import median

from benchmarks.bench import Bench, Server, beside
from benchmarks.results import Figure
from benchmarks.wire import time_pages

STARTS, PAGES = 5, 3
SETTLE_SECONDS = 1.0
"""A person needs longer to find the browser; meanwhile the server looks for models."""


def run(bench: Bench) -> list[Figure]:
    """The same of the floor shows what the machine adds."""
    data_dir = bench.data_dir().path
    starts = [bench.sides(first_pages, data_dir) for _ in range(2 if bench.quick else STARTS)]
    sides = {
        side: [median(start[side][n] for start in starts if side in start) for n in range(PAGES)]
        for side in starts[0]
    }
    return [
        beside("first page after a start", "ms", sides, lambda pages: pages[0], 100),
        beside("second page after a start", "ms", sides, lambda pages: pages[1], 15),
        beside("third page after a start", "ms", sides, lambda pages: pages[2], 15),
    ]


def first_pages(server: Server) -> list[float]:
    time.sleep(SETTLE_SECONDS)
    return asyncio.run(time_pages(server.port, "/chat/" if server.kind == "studio" else "/", PAGES))
