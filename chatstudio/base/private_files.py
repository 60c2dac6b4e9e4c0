"""What people wrote, their files and the keys of their sessions lie on the disk: for the account
that runs Chat Studio alone, not for every account of the machine."""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

OTHERS = stat.S_IRWXG | stat.S_IRWXO
OURS = {"secret_key", "attachments", "imports", "data-sources", "static", "logs"}
BEGINNINGS_OF_OURS = ("chat-studio.sqlite3", ".secret_key.", ".doctor")


def keep_private(folder: Path) -> None:
    """From now on for everything that this process and its children make; what is there already is
    closed as far as it is ours to close."""
    os.umask(OTHERS)
    for path in open_to_others(folder):
        with suppress(OSError):  # it belongs to another account; the doctor tells
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~OTHERS)


def open_to_others(folder: Path) -> list[Path]:
    """The folder, or what of ours lies right in it. A folder in which something else lies as well,
    as in a person's home, is not ours to close."""
    if os.name == "nt":
        return []
    with suppress(OSError):
        inside = list(folder.iterdir())
        ours = [path for path in inside if _is_ours(path.name)]
        looked_at = [*ours, *([folder.resolve()] if len(ours) == len(inside) else [])]
        return list(_readable(looked_at))
    return []


def _is_ours(name: str) -> bool:
    return name in OURS or name.startswith(BEGINNINGS_OF_OURS)


def _readable(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        with suppress(OSError):
            mode = path.lstat().st_mode if path.is_symlink() else path.stat().st_mode
            if mode & OTHERS and not stat.S_ISLNK(mode) and not mode & stat.S_ISVTX:
                yield path
