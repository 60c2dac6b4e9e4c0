"""The server process's memory: idle, and after a hundred turns."""

import time

from benchmarks.bench import Bench, Server, fetch
from benchmarks.processes import HAS_PROC, resident_mb
from benchmarks.results import Figure

TURNS = 100


def run(bench: Bench) -> list[Figure]:
    if not HAS_PROC:
        return []
    turns = 10 if bench.quick else TURNS
    seeded = bench.data_dir(conversations=turns)
    with bench.studio(seeded.path) as server:
        ours = idle_and_after(bench, server, seeded.empty)
    with bench.floor() as server:
        floor = idle_and_after(bench, server, seeded.empty)
    return [
        Figure("memory, idle", "MB", ours[0], floor[0], target=100),
        Figure(f"memory after {turns} turns", "MB", ours[1], floor[1], target=105),
    ]


def idle_and_after(bench: Bench, server: Server, keys: list[str]) -> tuple[float, float]:
    fetch(f"{server.url}/")
    time.sleep(1)
    idle = resident_mb(server.pid)
    bench.follow(server, "instant", keys, one_by_one=True, limit=20.0)
    return idle, resident_mb(server.pid)
