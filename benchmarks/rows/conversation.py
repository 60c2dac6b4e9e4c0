"""Opening long conversations."""

import asyncio
import time
from statistics import median

from benchmarks import chromium
from benchmarks.bench import Bench, Server
from benchmarks.results import Figure
from benchmarks.wire import Http

OPENED = 60
LENGTHS = (20, 2_000, 20_000)


def run(bench: Bench) -> list[Figure]:
    times = 15 if bench.quick else OPENED
    lengths = (20, 200, 2_000) if bench.quick else LENGTHS
    seeded = bench.data_dir(lengths=lengths)
    paths = [f"/chat/{key}/" for key in seeded.long]
    with bench.studio(seeded.path) as server:
        opened = [asyncio.run(opening(server, path, times)) for path in paths]
        shown = cold(server, paths[1])
    with bench.floor() as server:
        floor, _ = asyncio.run(opening(server, "/", times))
        floor_shown = cold(server, "/")
    (short, _), (middle, size), (long, _) = opened
    grows = {"growth": "opening a conversation, by its messages"}
    name = f"conversation of {lengths[1]:,} messages"
    return [
        Figure(f"{name}, server", "ms", middle, floor, target=20),
        Figure(f"{name}, shown cold", "ms", shown, floor_shown, target=250),
        Figure(f"{name}, compressed", "KB", size / 1000, target=30),
        Figure(f"{lengths[2]:,} against {lengths[0]} messages", "×", long / short, target=1.2),
        *(
            Figure(f"opening a conversation of {length:,}", "ms", taken, floor, at=length, **grows)
            for length, (taken, _) in zip(lengths, opened, strict=True)
        ),
    ]


async def opening(
    server: Server, path: str, times: int, *, by_htmx: bool = False
) -> tuple[float, int]:
    """The median in milliseconds, and the bytes of the compressed page."""
    http = Http("127.0.0.1", server.port)
    taken, body = [], b""
    for _ in range(times + 3):
        began = time.perf_counter()
        status, _, body = await http.request("GET", path, by_htmx=by_htmx)
        taken.append((time.perf_counter() - began) * 1000)
        if status != 200:
            raise RuntimeError(f"{path} was answered with {status}")
    http.close()
    return median(taken[3:]), len(body)


def cold(server: Server, path: str, loads: int = 5) -> float:
    """When a page with an empty cache can be seen and used, in milliseconds."""
    found = []
    with chromium.browser() as browser:
        for _ in range(loads):
            with chromium.cold_page(browser) as (page, _):
                page.goto(f"{server.url}{path}")
                found.append(max(chromium.times(page).values()))
    return median(found)
