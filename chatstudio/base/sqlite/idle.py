"""Open connections that nobody uses at the moment, to be taken by whoever comes next."""

import os
import sqlite3
from collections import defaultdict
from pathlib import Path

MOST = 3  # each may hold as many pages as settings.py allows: 16 MB

type Place = tuple[str, int, int]


def place(name: str | Path) -> Place | None:
    """The file as it is now: one that was put in its stead is another. None if there is none."""
    try:
        found = os.stat(name)
    except OSError:
        return None
    return str(name), found.st_dev, found.st_ino


_idle: dict[Place, list[sqlite3.Connection]] = defaultdict(list)


def take(where: Place | None) -> sqlite3.Connection | None:
    """The one that was used last, as it still knows most of what will be asked."""
    try:
        return _idle[where].pop() if where else None
    except IndexError:
        return None


def keep(where: Place | None, connection: sqlite3.Connection) -> bool:
    """Whether it is kept; else it is the caller's to close."""
    if where is None or len(_idle[where]) >= MOST:
        return False
    try:
        connection.rollback()
    except sqlite3.Error:
        return False
    _idle[where].append(connection)
    return True


def close_all() -> None:
    while _idle:
        for connection in _idle.popitem()[1]:
            connection.close()
