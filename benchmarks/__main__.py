"""The command: `make bench`, `make bench ARGS="--rows start,memory --quick"`."""

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path

from benchmarks import peers
from benchmarks.bench import Bench
from benchmarks.processes import load
from benchmarks.results import Line, gathered, growth_table, table
from scripts.programs import find_chromium

ROWS = (
    *("start", "cold_start", "memory", "size", "page", "first_token", "long_conversation"),
    *("per_token", "blocks", "streams", "readers", "main_thread", "switching"),
    *("conversation", "sidebar", "search", "data", "dashboard", "importing"),
)
NEED_A_BROWSER = {"page", "main_thread", "conversation", "sidebar", "switching"}
STREAMS = (30, 50, 100, 150, 200, 300)
RESULTS = Path(__file__).parent / "results"
BUSY = 0.5


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description="How fast, how small?")
    parser.add_argument("--rows", default=",".join(ROWS), help="some of: %(default)s")
    parser.add_argument("--runs", type=int, default=0, help="3; with --quick 1")
    parser.add_argument("--streams", help="answers at once, several with commas (%(default)s)")
    parser.add_argument("--against", default="", help=f"peers too: {', '.join(peers.NAMES)}")
    parser.add_argument(
        "--peer",
        action="append",
        default=[],
        metavar="NAME=FOLDER",
        help="a peer's virtual environment; else what PEER_CHAINLIT and the like say",
    )
    parser.add_argument("--quick", action="store_true", help="once, with small numbers")
    parser.add_argument("--out", type=Path, help="the JSON file (benchmarks/results/DATE.json)")
    chosen = parser.parse_args()
    chosen.rows = [name.strip().replace("-", "_") for name in chosen.rows.split(",")]
    if unknown := set(chosen.rows) - set(ROWS):
        parser.error(f"no such row: {', '.join(sorted(unknown))}")
    chosen.streams = [
        int(count) for count in (chosen.streams or default_streams(chosen)).split(",")
    ]
    chosen.peers = peers_of(chosen, parser)
    return chosen


def default_streams(chosen: argparse.Namespace) -> str:
    return "10,30" if chosen.quick else ",".join(map(str, STREAMS))


def peers_of(chosen: argparse.Namespace, parser: argparse.ArgumentParser) -> dict[str, Path]:
    """Where each that was asked for is installed. One that is not is said and left out."""
    told = dict(one.partition("=")[::2] for one in chosen.peer)
    found = {}
    for name in filter(None, (one.strip() for one in chosen.against.split(","))):
        if name not in peers.NAMES:
            parser.error(f"no such peer: {name}")
        variable = f"PEER_{name.replace('-', '_').upper()}"
        folder = Path(told.get(name) or os.environ.get(variable, "")).expanduser()
        if (folder / "bin").is_dir():
            found[name] = folder
        else:
            print(f"{name}: left out, neither --peer nor {variable} says where", file=sys.stderr)
    return found


def main() -> int:
    chosen = options()
    busy = load()
    lines: dict[str, Line] = {}
    failed: list[str] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        bench = Bench(Path(folder), quick=chosen.quick, streams=chosen.streams, peers=chosen.peers)
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
    print(table(lines, list(chosen.peers)))
    if growth := growth_table(lines):
        print(f"\n{growth}")
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
        "against": list(chosen.peers),
        "failed": failed,
        "lines": [line.as_json() for line in lines.values()],
    }
    path.write_text(json.dumps(facts, indent=1) + "\n")
    print(f"Written to {path}")


if __name__ == "__main__":
    sys.exit(main())
