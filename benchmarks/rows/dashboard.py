"""The dashboard over a million metrics of forty people: one person's, and everybody's."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from statistics import median

from benchmarks.bench import Bench, fill
from benchmarks.results import Figure
from benchmarks.rows.conversation import opening
from tests.servers import ROOT, clean_environment

METRICS, QUICK, PEOPLE = 1_000_000, 20_000, 40
PERIODS = ("24h", "7d", "30d", "90d", "all")

seeded: dict[Bench, Path] = {}


def run(bench: Bench) -> list[Figure]:
    """Seeding takes minutes, so it is done once for all runs."""
    count = QUICK if bench.quick else METRICS
    data_dir = seeded.get(bench) or seeded.setdefault(bench, seed(bench, count))
    times = 5 if bench.quick else 15
    figures = []
    with bench.studio(data_dir) as server:
        for period in PERIODS:
            own, _ = asyncio.run(opening(server, f"/metrics/?period={period}", times))
            figures.append(Figure(f"dashboard, {count:,} metrics, own, {period}", "ms", own))
    for period in PERIODS:
        name = f"dashboard, {count:,} metrics, everybody, {period}"
        figures.append(Figure(name, "ms", everybodys(data_dir, period, times)))
    return figures


def seed(bench: Bench, count: int) -> Path:
    data_dir = bench.data_dir().path
    fill("metrics_seeding", data_dir, json.dumps({"metrics": count, "people": PEOPLE}))
    return data_dir


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
