"""A million rows of CSV: how long until they can be asked, how long an aggregate over them takes,
and what the child process needs for it."""

import asyncio
import random
import resource
import shutil
import sys
import tempfile
import time
from contextlib import aclosing
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.results import Figure
from routing.data.asking import FileSource, ask
from routing.data.reading import read_file

AGGREGATE = (
    "SELECT region, date_trunc('month', day) AS month, count(*), sum(amount), avg(pieces) "
    "FROM sales GROUP BY ALL ORDER BY ALL"
)


def run(bench: Bench) -> list[Figure]:
    rows = 100_000 if bench.quick else 1_000_000
    folder = Path(tempfile.mkdtemp(dir=bench.folder))
    write(folder / "uploaded", rows)
    try:
        registered, aggregate = asyncio.run(times(folder))
    finally:
        shutil.rmtree(folder)
    return [
        Figure(f"{rows:,} rows of CSV registered", "s", registered, target=5),
        Figure(f"aggregate over {rows:,} rows", "s", aggregate, target=0.5),
        Figure("memory of the child, at most", "MB", memory_of_children(), target=300),
    ]


def write(path: Path, rows: int) -> None:
    dice = random.Random(1)  # noqa: S311  numbers, not secrets
    regions = ("north", "south", "east", "west")
    with path.open("w") as file:
        file.write("day,region,product,amount,pieces,note\n")
        for n in range(rows):
            day = f"2024-{1 + n % 12:02d}-{1 + n % 28:02d}"
            amount = dice.random() * 1000
            file.write(f"{day},{regions[n % 4]},P{n % 997:04d},{amount:.2f},{n % 50},note {n}\n")


async def times(folder: Path) -> tuple[float, float]:
    """As a person waits for it: with the start of the child process."""
    began = time.perf_counter()
    async with aclosing(read_file(folder / "uploaded", "csv", "sales")) as steps:
        async for _ in steps:
            pass
    registered = time.perf_counter() - began
    began = time.perf_counter()
    await ask(FileSource(folder), AGGREGATE)
    return registered, time.perf_counter() - began


def memory_of_children() -> float:
    """The largest of all so far, in MB; Linux counts in KiB, macOS in bytes."""
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return most / 1e6 if sys.platform == "darwin" else most * 1024 / 1e6
