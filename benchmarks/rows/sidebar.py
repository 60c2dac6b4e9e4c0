"""A sidebar of five thousand conversations."""

import asyncio

from benchmarks.bench import Bench
from benchmarks.results import Figure
from benchmarks.rows.conversation import cold, opening

CONVERSATIONS = 5_000


def run(bench: Bench) -> list[Figure]:
    seeded = bench.data_dir(conversations=CONVERSATIONS)
    with bench.studio(seeded.path) as server:
        taken, _ = asyncio.run(opening(server, "/chat/", 15 if bench.quick else 60))
        ours = cold(server, "/chat/")
    with bench.floor() as server:
        floor = cold(server, "/")
    name = f"sidebar of {CONVERSATIONS:,}"
    return [
        Figure(f"{name}, server", "ms", taken),
        Figure(f"{name}, shown cold", "ms", ours, floor, target=250),
    ]
