"""From the command to the first page."""

import asyncio
import socket
import subprocess
import sys
import time

from benchmarks.bench import Bench
from benchmarks.results import Figure
from benchmarks.wire import Http
from tests.servers import ROOT, clean_environment, free_port

PATIENCE = 60.0


def run(bench: Bench) -> list[Figure]:
    """`manage.py serve`, which is what `make run` becomes, on a folder that was used before."""
    data_dir = bench.data_dir().path
    port = free_port()
    serve = ["manage.py", "serve", "--model", "none", "--host", "127.0.0.1", "--port", str(port)]
    settings = {"DATA_DIR": str(data_dir), "LLM_BASE_URL": bench.models.url}
    ours = seconds_to_page(serve, settings, port, "/chat/")
    floor_port = free_port()
    command = ["-m", "benchmarks.floor", "--models", bench.models.url, "--port", str(floor_port)]
    floor = seconds_to_page(command, {}, floor_port, "/")
    return [Figure("start to first page", "s", ours, floor, target=1.5)]


def seconds_to_page(arguments: list[str], settings: dict[str, str], port: int, path: str) -> float:
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=clean_environment(**settings),
        stdout=subprocess.DEVNULL,
    )
    try:
        while not answers(port, path):
            if time.perf_counter() - began > PATIENCE or process.poll() is not None:
                raise RuntimeError(f"{arguments} did not start")
            time.sleep(0.005)
        return time.perf_counter() - began
    finally:
        process.kill()
        process.wait()


def answers(port: int, path: str) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            pass
        status, _, _ = asyncio.run(Http("127.0.0.1", port).request("GET", path))
    except (OSError, asyncio.IncompleteReadError):
        return False
    return status == 200
