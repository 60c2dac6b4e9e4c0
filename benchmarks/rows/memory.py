"""The server process's memory: idle, and after a hundred turns."""

import time

from benchmarks.bench import Bench, Server, beside, fetch
from benchmarks.processes import HAS_PROC, resident_mb
from benchmarks.results import Figure

TURNS = 100


def run(bench: Bench) -> list[Figure]:
    if not HAS_PROC:
        return []
    turns = 10 if bench.quick else TURNS
    seeded = bench.data_dir(conversations=turns)
    found = bench.sides(lambda server: idle_and_after(bench, server, seeded.empty), seeded.path)
    return [
        beside("memory, idle", "MB", found, lambda memory: memory[0], 100),
        beside(f"memory after {turns} turns", "MB", found, lambda memory: memory[1], 105),
    ]


def idle_and_after(bench: Bench, server: Server, keys: list[str]) -> tuple[float, float]:
    fetch(f"{server.url}/")
    time.sleep(1)
    idle = resident_mb(server.pid)
    bench.follow(server, "instant", keys, one_by_one=True, limit=20.0)
    return idle, resident_mb(server.pid)
