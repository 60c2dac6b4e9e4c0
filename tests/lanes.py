"""Everything that has to hold, in lanes that run beside each other:

    python -m tests.lanes lint|quick|test|check

Tests with servers and browsers often wait, for pages and for answers that are written at a pace.
The tests of the apps compute, in one worker, and take what these leave of two processors.

Each lane writes into a file of its own and is shown when it ends. At the end stand the slowest
tests of all and what each lane took.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
APPS = ("chatstudio", "routing", "conversations", "metrics")
SLOWEST = 20


@dataclass(frozen=True)
class Lane:
    name: str
    commands: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Ended:
    lane: Lane
    code: int
    seconds: float
    cpu_seconds: float
    last_line: str

    def __str__(self) -> str:
        verdict = "holds" if self.code == 0 else f"FAILED with {self.code}"
        used = f"{self.seconds:6.0f} s {self.cpu_seconds:6.0f} s of CPU"
        return f"{used}  {self.lane.name}: {verdict}"


def pytest_lane(name: str, workers: int, *arguments: str) -> Lane:
    """A file's tests stay together and in their order: they share what a server remembers."""
    spread = ("-n", str(workers), "--dist", "loadfile", "--no-loadscope-reorder")
    return Lane(name, (("-m", "pytest", *spread, *arguments),))


LINT = (
    ("-m", "ruff", "check"),
    ("-m", "ruff", "format", "--check"),
    ("-m", "djlint", "templates", "--check", "--lint"),
)
CHECKS = Lane(
    "lint, types, migrations, settings",
    (
        *LINT,
        ("-m", "mypy"),
        ("manage.py", "makemigrations", "--check", "--dry-run"),
        ("manage.py", "check"),
    ),
)
LINTING = Lane("lint", LINT)
WITHOUT_TESTS = (CHECKS, LINTING)
QUICK = pytest_lane("tests in one process", 3, *APPS, "-m", "not process")
OF_APPS = pytest_lane("tests of the apps", 1, *APPS)
WITH_SERVERS = pytest_lane("tests with servers and browsers", 2, "tests")

PLANS: dict[str, tuple[Lane, ...]] = {
    "lint": (LINTING,),
    "quick": (CHECKS, QUICK),
    "test": (OF_APPS, WITH_SERVERS),
    "check": (CHECKS, OF_APPS, WITH_SERVERS),
}


def run(lane: Lane, folder: Path) -> Ended:
    began, code, cpu = time.monotonic(), 0, 0.0
    log, report = (folder / f"{lane.name}.{kind}" for kind in ("log", "xml"))
    with log.open("wb") as output:
        for command in lane.commands:
            wanted = [f"--junitxml={report}"] if "pytest" in command else []
            ended, spent = call([sys.executable, *command, *wanted], output.fileno())
            code, cpu = code or ended, cpu + spent
    text = log.read_text(errors="replace").strip()
    print(f"=== {lane.name}\n{text}", flush=True)
    return Ended(lane, code, time.monotonic() - began, cpu, text.rpartition("\n")[2])


def call(command: Sequence[str], output: int) -> tuple[int, float]:
    """The exit code, and the processor's seconds where the system tells them."""
    process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
    if not hasattr(os, "wait4"):
        return process.wait(), 0.0
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, used.ru_utime + used.ru_stime


def timed(folder: Path) -> Iterator[tuple[float, str]]:
    """Each test with its seconds, its fixtures' among them."""
    for report in folder.glob("*.xml"):
        for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314  pytest wrote it
            yield float(case.get("time", 0)), f"{case.get('classname')}::{case.get('name')}"


def tell(ended: Sequence[Ended], folder: Path) -> None:
    if slowest := sorted(timed(folder), reverse=True)[:SLOWEST]:
        print(f"=== the {SLOWEST} slowest tests")
    for seconds, name in slowest:
        print(f"{seconds:6.1f} s  {name}")
    print("=== lanes", *ended, sep="\n")
    print(*[one.last_line for one in ended if one.lane not in WITHOUT_TESTS], sep="\n")


def main(plan: str) -> int:
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor() as beside:
        folder = Path(name)
        ended = list(beside.map(lambda lane: run(lane, folder), PLANS[plan]))
        tell(ended, folder)
    return next((one.code for one in ended if one.code), 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
