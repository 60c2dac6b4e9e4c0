"""What the packages of a plain installation take on the disk, counted in site-packages without
pip, after a first start has compiled what it imports."""

import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.results import Figure
from tests.servers import ROOT, clean_environment

found: dict[Bench, tuple[float, int]] = {}


def run(bench: Bench) -> list[Figure]:
    """As `make setup` leaves it, in a copy of ours; once for all runs, as it never differs."""
    if bench not in found:
        found[bench] = installed(bench)
    mebibytes, packages = found[bench]
    return [
        Figure("installed size", "MiB", mebibytes, target=260),
        Figure("installed packages", "", packages, target=75),
    ]


def installed(bench: Bench) -> tuple[float, int]:
    copy = bench.folder / "installed"
    shutil.copytree(ROOT, copy, ignore=not_ours)
    setup = [sys.executable, "scripts/studio.py", "setup"]
    environment = clean_environment(MODEL="none", LLM_BASE_URL=bench.models.url)
    done = subprocess.run(
        setup, cwd=copy, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"make setup failed: {(done.stdout + done.stderr)[-300:]}")
    packages = next((copy / ".venv" / "lib").glob("*/site-packages"))
    size = sum(on_disk(path) for path in packages.iterdir() if not path.name.startswith("pip"))
    count = sum(1 for path in packages.glob("*.dist-info") if not path.name.startswith("pip-"))
    shutil.rmtree(copy)
    return size / 2**20, count


def not_ours(folder: str, names: list[str]) -> set[str]:
    """What a checkout has not: environment, data, results."""
    left_out = {name for name in names if name.startswith(".") or name == "__pycache__"}
    return left_out | ({"data"} & set(names) if Path(folder) == ROOT else set())


def on_disk(path: Path) -> int:
    """Whole blocks, as `du` counts."""
    paths = path.rglob("*") if path.is_dir() else [path]
    return sum(getattr(each.stat(), "st_blocks", 0) * 512 or each.stat().st_size for each in paths)
