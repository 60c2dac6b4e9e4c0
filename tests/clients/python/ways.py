"""What every script of a client has: ways by their name, tried one after another, told as JSON."""

import inspect
import json
import os
import sys
import traceback
from collections.abc import Callable
from typing import Any

URL = os.environ["V1_URL"]
KEY = "none-is-needed"
ECHO, CALLS, VECTORS = "fast:1b", "tools:1b", "embed:1b"
WAYS: dict[str, Callable[[], Any]] = {}


def way(name: str) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    def keep(function: Callable[[], Any]) -> Callable[[], Any]:
        WAYS[name] = function
        return function

    return keep


def same(found: object, expected: object) -> None:
    if found != expected:
        raise AssertionError(f"{found!r} is not {expected!r}")


def try_all() -> None:
    import asyncio

    for name, function in WAYS.items():
        told: dict[str, Any] = {"way": name, "ok": True, "detail": ""}
        try:
            done = function()
            if inspect.isawaitable(done):
                asyncio.run(done)  # type: ignore[arg-type]
        except Exception as error:
            traceback.print_exc(file=sys.stderr)
            told |= {"ok": False, "detail": f"{type(error).__name__}: {error}"[:300]}
        print(json.dumps(told), flush=True)
