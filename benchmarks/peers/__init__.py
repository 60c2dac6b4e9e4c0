"""Others that do what Chat Studio does, measured in the same run: one module for each, with
`command`, which starts it out of a virtual environment that the person has made, `environment` and
`path`, where it answers once it is there. What a page of theirs does is in visitors/. Nothing of
theirs stands here.
"""

import subprocess
import time
import urllib.error
from importlib import import_module
from pathlib import Path
from urllib.request import urlopen

from tests.servers import clean_environment, free_port

NAMES = ("chainlit", "open-webui")
START_SECONDS = 180.0


def start(
    name: str, venv: Path, models_url: str, folder: Path
) -> tuple[subprocess.Popen[str], int]:
    """The process and its port; it runs in the folder, and logs there."""
    peer, port = module_of(name), free_port()
    environment = clean_environment(**peer.environment(models_url, folder))
    with (folder / "log.txt").open("ab") as log:
        process = subprocess.Popen(
            peer.command(venv, port), cwd=folder, env=environment, stdout=log, stderr=log, text=True
        )
    return process, port


def wait_until_ready(name: str, process: subprocess.Popen[str], port: int) -> None:
    url = f"http://127.0.0.1:{port}{module_of(name).path}"
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"it ended with {process.returncode}")
        try:
            with urlopen(url, timeout=5) as response:
                if response.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"it did not answer at {url}")


def module_of(name: str):  # type: ignore[no-untyped-def]
    return import_module(f"benchmarks.peers.{name.replace('-', '_')}")
