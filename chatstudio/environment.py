"""Reading settings from the environment, for `chatstudio.settings` alone.

What cannot be read is noted in ENVIRONMENT_PROBLEMS for the checks, and the default used instead.
"""

import math
import re
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from tzlocal import get_localzone_name

env = environ.Env()

ENVIRONMENT_PROBLEMS: list[tuple[str, str]] = []
TAKEN = ("admin", "api", "static", "v1", "ws")
"""No BASE_PATH: whether a proxy took it off could not be told from a path."""


def read[T](reader: Callable[..., T], name: str, default: T) -> T:
    """A setting's value; an unreadable one is noted for the checks and the default used."""
    try:
        return reader(name, default=default)
    except (ValueError, ImproperlyConfigured) as error:
        ENVIRONMENT_PROBLEMS.append((name, str(error)))
        return default


def switch(name: str, default: bool) -> bool:
    """Unlike environ's own, which takes every other word for false."""
    word = env.str(name, default="").strip().lower() or str(default).lower()
    if word not in ("true", "on", "yes", "y", "1", "false", "off", "no", "n", "0"):
        raise ValueError(f"{word!r} is neither true nor false")
    return word in ("true", "on", "yes", "y", "1")


def sub_path(name: str, default: str) -> str:
    """/studio, or nothing where it is the whole website."""
    path = env.str(name, default=default).strip().strip("/")
    if not path:
        return ""
    if not re.fullmatch(r"[\w.~-]+(?:/[\w.~-]+)*", path, re.A):
        raise ValueError(f"{path!r} is no path such as /studio, without a host and a query")
    if path in TAKEN:
        raise ValueError(f"below /{path}/ Chat Studio has addresses of its own; choose another")
    return f"/{path}"


def number(name: str, default: float) -> float:
    """Unlike environ's own, which reads 5m as 5 and 1e3 as 13."""
    value = float(env.str(name, default=str(default)))
    if not math.isfinite(value):
        raise ValueError(f"{value} is no length of time")
    return value


def names(name: str, default: list[str]) -> list[str]:
    """Separated by commas; blanks, empty ones and the same once more count for nothing."""
    given = dict.fromkeys(one.strip() for one in env.str(name, default="").split(","))
    return [one for one in given if one] or default


def name_and_url(name: str, default: dict[str, str]) -> dict[str, str]:
    """sales=postgres://…,stock=postgres://…; an address may hold = itself, and %2C for a comma."""
    pairs = (pair.partition("=") for pair in env.str(name, default="").split(",") if pair.strip())
    found = {given.strip(): url.strip() for given, _, url in pairs} or default
    for given, url in found.items():
        if not given or urlsplit(url).scheme not in ("postgres", "postgresql"):
            raise ValueError("it is name=postgres://…, several of them separated by commas")
    return found


def one_of(name: str, value: str, allowed: Iterable[str], default: str) -> str:
    """For values that Django itself stumbles over before any check can speak."""
    if value in allowed:
        return value
    ENVIRONMENT_PROBLEMS.append((name, f"{value!r} is unknown"))
    return default


def machine_time_zone() -> str:
    try:
        return get_localzone_name()
    except (LookupError, OSError, ValueError):  # a machine that does not say
        return "UTC"
