"""A large export of ChatGPT's, imported by the command: how fast, and with how much memory."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.bench import Bench, on_one_core
from benchmarks.results import Figure
from benchmarks.seeding import ANSWER, QUESTION
from tests.servers import ROOT, clean_environment

MEGABYTES, QUICK = (10, 100), (1, 5)
MESSAGES = 60


def run(bench: Bench) -> list[Figure]:
    figures = []
    for megabytes in QUICK if bench.quick else MEGABYTES:
        seconds, memory = imported(bench, megabytes)
        name = f"import of {megabytes} MB"
        rate, peak = {"growth": "import, by MB"}, {"growth": "memory of an import, by MB"}
        figures += [
            Figure(name, "s per MB", seconds / megabytes, at=megabytes, **rate),
            Figure(f"{name}, memory at most", "MB", memory, target=300, at=megabytes, **peak),
        ]
    return figures


def imported(bench: Bench, megabytes: int) -> tuple[float, float]:
    data_dir = bench.data_dir().path
    with tempfile.NamedTemporaryFile("w", dir=bench.folder, suffix=".json") as file:
        write(Path(file.name), megabytes)
        run = [sys.executable, "manage.py", "import_conversations", file.name, "--verbosity", "0"]
        began = time.perf_counter()
        with on_one_core():
            process = subprocess.Popen(
                run,
                cwd=ROOT,
                env=clean_environment(DATA_DIR=str(data_dir)),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
        assert process.stderr
        said = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"the import ended with {process.returncode}: {said[-300:]!r}")
    unit = 1 if sys.platform == "darwin" else 1024  # what ru_maxrss counts in
    return time.perf_counter() - began, used.ru_maxrss * unit / 1e6


def write(path: Path, megabytes: int) -> None:
    with path.open("w") as file:
        file.write("[")
        number = 0
        while file.tell() < megabytes * 1e6:
            file.write(",\n" if number else "")
            json.dump(conversation(number), file)
            number += 1
        file.write("]")


def conversation(number: int) -> dict[str, object]:
    mapping = dict(nodes(number))
    return {
        "id": f"bench-{number}",
        "conversation_id": f"bench-{number}",
        "title": f"About the number {number}",
        "create_time": 1_760_000_000.0 + number,
        "update_time": 1_760_000_000.0 + number,
        "mapping": mapping,
        "current_node": f"{number}-{MESSAGES - 1}",
    }


def nodes(number: int) -> Iterator[tuple[str, dict[str, object]]]:
    yield "root", {"id": "root", "parent": None, "children": [], "message": None}
    for n in range(MESSAGES):
        role, text = ("assistant", ANSWER) if n % 2 else ("user", QUESTION)
        value = number * MESSAGES + n
        words = text.format(n=value, before=value - 1, square=value * value)
        message = {
            "id": f"{number}-{n}",
            "author": {"role": role, "name": None, "metadata": {}},
            "create_time": 1_760_000_000.0 + number + n,
            "content": {"content_type": "text", "parts": [words]},
            "status": "finished_successfully",
            "recipient": "all",
            "metadata": {},
        }
        parent = f"{number}-{n - 1}" if n else "root"
        key = f"{number}-{n}"
        yield key, {"id": key, "parent": parent, "children": [], "message": message}
