"""Searching among many messages: the results alone, which is what a person waits for as they type,
and beside them, without a target, the whole page, as without script or where it is opened."""

import asyncio
from urllib.parse import urlencode

from benchmarks.bench import Bench, Server, fill
from benchmarks.results import Figure
from benchmarks.rows.conversation import opening

SEARCHES = {
    "common word": "the ",
    "rare word": "own4711 ",
    "two words": "heat pump ",
    "prefix": "func",
    "phrase": '"heat pump"',
    "nothing": "nowhere ",
}
TARGETS = {100_000: 20, 1_000_000: 50}


def run(bench: Bench) -> list[Figure]:
    counts = (10_000,) if bench.quick else tuple(TARGETS)
    return [figure for count in counts for figure in among(bench, count)]


def among(bench: Bench, count: int) -> list[Figure]:
    data_dir = bench.data_dir().path
    sizes = fill("searchable", data_dir, str(count))
    times = 15 if bench.quick else 40
    with bench.studio(data_dir) as server:
        results, pages = answered(server, times, by_htmx=True), answered(server, times)
    with bench.floor() as server:
        floor, _ = asyncio.run(opening(server, "/", times))
    where, target = f"search of {count:,}", TARGETS.get(count)
    return [
        *(
            Figure(f"{where} as one types, {name}", "ms", ms, floor, target)
            for name, ms in results.items()
        ),
        *(Figure(f"{where}, {name}, whole page", "ms", ms, floor) for name, ms in pages.items()),
        Figure(f"{where}, index beside text", "×", sizes["index"] / sizes["text"]),
        Figure(f"{where}, index", "MB", sizes["index"] / 1_000_000),
    ]


def answered(server: Server, times: int, *, by_htmx: bool = False) -> dict[str, float]:
    taken = {}
    for name, text in SEARCHES.items():
        path = f"/search/?{urlencode({'q': text})}"
        taken[name], _ = asyncio.run(opening(server, path, times, by_htmx=by_htmx))
    return taken
