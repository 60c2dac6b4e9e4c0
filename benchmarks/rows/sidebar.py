"""A sidebar of five thousand conversations, and of a tenth of them."""

import asyncio

from benchmarks.bench import Bench
from benchmarks.results import Figure
from benchmarks.rows.conversation import cold, opening

CONVERSATIONS = (500, 5_000)


def run(bench: Bench) -> list[Figure]:
    times = 15 if bench.quick else 60
    figures = []
    for count in CONVERSATIONS:
        seeded = bench.data_dir(conversations=count)
        with bench.studio(seeded.path) as server:
            taken, _ = asyncio.run(opening(server, "/chat/", times))
            shown = cold(server, "/chat/") if count == CONVERSATIONS[-1] else None
        name, grows = f"sidebar of {count:,}", {"growth": "first page, by conversations"}
        figures.append(Figure(f"{name}, server", "ms", taken, at=count, **grows))
    with bench.floor() as server:
        floor = cold(server, "/")
    assert shown is not None
    return [*figures, Figure(f"{name}, shown cold", "ms", shown, floor, target=250)]
