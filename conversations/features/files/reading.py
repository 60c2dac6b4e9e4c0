"""Runs the child process that reads a file, see `reader/`."""

import json
import os
import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any
from uuid import UUID

from conversations.features.files import storage as files
from conversations.features.files.reader.result import Read, Unreadable

ROOT = Path(__file__).resolve().parents[3]
SECONDS = 30
AT_ONCE = 2
"""Each may take its whole limit of memory."""

_places = BoundedSemaphore(AT_ONCE)


def read(key: UUID, *, keeps_ours: bool = False, encoding: str = "") -> Read:
    """Blocks until the child has ended; for a thread of its own. With `keeps_ours` an image that
    is as we write it keeps its bytes, else every one is written anew; `encoding` is that of a
    plain text, where a person said which. The text lies in its file."""
    options = [*(["ours"] if keeps_ours else []), *([f"encoding={encoding}"] if encoding else [])]
    with _places:
        told = _run_reader([*_command(key), *options])
    if "error" in told:
        raise Unreadable(str(told["error"]))
    return Read(**told | {"notes": tuple(told.get("notes", ()))})


def _command(key: UUID) -> list[str]:
    paths = [str(files.path_of(key, ending).absolute()) for ending in files.ENDINGS]
    return [sys.executable, "-m", "conversations.features.files.reader", *paths]


def _environment() -> dict[str, str]:
    """Nothing of ours: no keys, no addresses."""
    kept = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "LD_LIBRARY_PATH")
    known = {name: os.environ[name] for name in kept if name in os.environ}
    return known | {"HOME": os.devnull, "PYTHONUTF8": "1", "MALLOC_ARENA_MAX": "2"}


def _run_reader(command: list[str]) -> dict[str, Any]:
    try:
        done = subprocess.run(  # noqa: S603  our own program, and paths that we made
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            cwd=ROOT,
            env=_environment(),
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"error": "too_much"}
    try:
        told: dict[str, Any] = json.loads(done.stdout)
    except ValueError:  # ended by its limits, without a word
        return {"error": "too_much"}
    return told
