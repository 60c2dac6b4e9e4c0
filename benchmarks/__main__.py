"""The command: `make bench`, `make bench ARGS="--rows start,memory --quick"`."""

import argparse
import json
import platform
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.processes import load
from benchmarks.results import Line, gathered, table
from scripts.programs import find_chromium

ROWS = (
    *("start", "memory", "size", "page", "first_token", "per_token", "streams", "main_thread"),
    *("conversation", "sidebar", "search", "data", "dashboard"),
)
NEED_A_BROWSER = {"page", "main_thread", "conversation", "sidebar"}
RESULTS = Path(__file__).parent / "results"
BUSY = 0.5


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description="How fast, how small?")
    parser.add_argument("--rows", default=",".join(ROWS), help="some of: %(default)s")
    parser.add_argument("--runs", type=int, default=0, help="3; with --quick 1")
    parser.add_argument("--streams", type=int, default=200, help="answers at once (200)")
    parser.add_argument("--quick", action="store_true", help="once, with small numbers")
    parser.add_argument("--out", type=Path, help="the JSON file (benchmarks/results/DATE.json)")
    chosen = parser.parse_args()
    chosen.rows = [name.strip().replace("-", "_") for name in chosen.rows.split(",")]
    if unknown := set(chosen.rows) - set(ROWS):
        parser.error(f"no such row: {', '.join(sorted(unknown))}")
    return chosen


def main() -> int:
    chosen = options()
    busy = load()
    lines: dict[str, Line] = {}
    failed: list[str] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        bench = Bench(Path(folder), quick=chosen.quick, streams=chosen.streams)
        try:
            measure(chosen, bench, lines, failed)
        finally:
            bench.close()
    report(chosen, lines, failed, busy)
    return 1 if failed else 0


def measure(
    chosen: argparse.Namespace, bench: Bench, lines: dict[str, Line], failed: list[str]
) -> None:
    """Row by row rather than round by round: a noisy minute spoils one row and is seen there."""
    for name in chosen.rows:
        if name in NEED_A_BROWSER and not find_chromium():
            print(f"{name}: left out, no Chromium found", file=sys.stderr)
            continue
        row = import_module(f"benchmarks.rows.{name}")
        for number in range(chosen.runs or (1 if chosen.quick else 3)):
            print(f"{name}, run {number + 1}", file=sys.stderr, flush=True)
            try:
                gathered(lines, row.run(bench))
            except Exception as error:
                failed.append(f"{name}: {type(error).__name__}: {error}")
                print(f"  failed: {failed[-1]}", file=sys.stderr, flush=True)


def report(
    chosen: argparse.Namespace, lines: dict[str, Line], failed: list[str], busy: float
) -> None:
    print(table(lines))
    noisy = [line.name for line in lines.values() if line.is_noisy]
    if busy > BUSY:
        print(f"NOISY: the machine was busy at the start (load {busy:.1f} a processor).")
    if noisy:
        print(f"NOISY: the floor itself moved in {len(noisy)} of {len(lines)} lines.")
    for sentence in failed:
        print(f"FAILED: {sentence}")
    path = chosen.out or RESULTS / f"{time.strftime('%Y-%m-%d-%H%M')}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    facts = {
        "at": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "machine": f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}",
        "load_at_start": busy,
        "quick": chosen.quick,
        "failed": failed,
        "lines": [line.as_json() for line in lines.values()],
    }
    path.write_text(json.dumps(facts, indent=1) + "\n")
    print(f"Written to {path}")


if __name__ == "__main__":
    sys.exit(main())
