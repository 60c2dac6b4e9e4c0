"""The dashboard over a million metrics of forty people: one person's, and everybody's; its CSV; and
its rollups made anew."""

import asyncio
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.bench import Bench, Server, fill
from benchmarks.results import Figure
from benchmarks.rows.conversation import opening
from benchmarks.wire import Http, time_pages
from tests.servers import ROOT, clean_environment

METRICS, QUICK, PEOPLE = (100_000, 1_000_000), (2_000, 20_000), 40
PERIODS = ("24h", "7d", "30d", "90d", "all")


@dataclass(frozen=True, slots=True)
class Seeded:
    data_dir: Path
    rebuild_seconds: float


seeded: dict[tuple[Bench, int], Seeded] = {}


def run(bench: Bench) -> list[Figure]:
    """Seeding takes minutes, so it is done once for all runs."""
    small, large = QUICK if bench.quick else METRICS
    return [*overview(bench, small), *overview(bench, large), *periods(bench, large)]


def overview(bench: Bench, count: int) -> list[Figure]:
    """What grows with the metrics."""
    its = seed(bench, count)
    with bench.studio(its.data_dir) as server:
        asyncio.run(time_pages(server.port, "/chat/", 2))
        first, *then = asyncio.run(time_pages(server.port, "/metrics/?period=all", 6))
    with bench.studio(its.data_dir) as server:
        asyncio.run(time_pages(server.port, "/chat/", 2))
        csv, megabytes = asyncio.run(answers_csv(server))
    name = f"{count:,} metrics"

    def figure(what: str, unit: str, value: float, target: float | None = None) -> Figure:
        own = target if count == METRICS[-1] else None
        return Figure(
            f"{what}, {name}", unit, value, target=own, growth=f"{what}, by metrics", at=count
        )

    return [
        figure("dashboard, own, all, the first", "ms", first, 500),
        figure("dashboard, own, all, then", "ms", median(then), 100),
        figure("CSV of one's own answers", "s", csv),
        figure("CSV of one's own answers, its size", "MB", megabytes),
        figure("rollups made anew", "s", its.rebuild_seconds, 60),
    ]


def periods(bench: Bench, count: int) -> list[Figure]:
    data_dir, times = seed(bench, count).data_dir, 5 if bench.quick else 15
    figures = []
    with bench.studio(data_dir) as server:
        for period in PERIODS:
            own, _ = asyncio.run(opening(server, f"/metrics/?period={period}", times))
            figures.append(Figure(f"dashboard, {count:,} metrics, own, {period}", "ms", own))
    for period in PERIODS:
        name = f"dashboard, {count:,} metrics, everybody, {period}"
        figures.append(Figure(name, "ms", everybodys(data_dir, period, times)))
    return figures


def seed(bench: Bench, count: int) -> Seeded:
    key = bench, count
    if key not in seeded:
        data_dir = bench.data_dir().path
        asked = json.dumps({"metrics": count, "people": PEOPLE})
        seeded[key] = Seeded(data_dir, fill("metrics_seeding", data_dir, asked)["rebuild_seconds"])
    return seeded[key]


async def answers_csv(server: Server) -> tuple[float, float]:
    http = Http("127.0.0.1", server.port)
    began = time.perf_counter()
    status, _, body = await http.request("GET", "/metrics/answers.csv?period=all")
    http.close()
    if status != 200:
        raise RuntimeError(f"the CSV was answered with {status}")
    return time.perf_counter() - began, len(body) / 1e6


def everybodys(data_dir: Path, period: str, times: int) -> float:
    """Without a server, as signing in is no part of it: queries and templates."""
    code = (
        "import time, django; django.setup()\n"
        "from benchmarks.query_plans import fetch\n"
        f"for _ in range({times} + 1):\n"
        "    began = time.perf_counter()\n"
        f"    fetch('/metrics/?period={period}', True)\n"
        "    print((time.perf_counter() - began) * 1000)\n"
    )
    run = [sys.executable, "-c", code]
    settings = {"DATA_DIR": str(data_dir), "DJANGO_SETTINGS_MODULE": "chatstudio.settings"}
    environment = clean_environment(**settings)
    done = subprocess.run(
        run, cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    return median(float(line) for line in done.stdout.split()[1:])
