"""The files themselves, under DATA_DIR/attachments: named by our own ids, in 256 folders.

`<id>` is what was sent (of an image nothing is kept of it), `<id>.text` the text in it,
`<id>.picture` and `<id>.small` an image as it is sent and shown.
"""

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

ORIGINAL, TEXT, PICTURE, SMALL = "", ".text", ".picture", ".small"
ENDINGS = (ORIGINAL, TEXT, PICTURE, SMALL)


def folder() -> Path:
    return Path(settings.DATA_DIR) / "attachments"


def path_of(key: UUID, ending: str = ORIGINAL) -> Path:
    return folder() / key.hex[:2] / f"{key.hex}{ending}"


class TooLarge(Exception):
    pass


def keep(key: UUID, pieces: Iterable[bytes], limit: int) -> None:
    """Written as it comes, never whole in memory."""
    path = path_of(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with path.open("wb") as file:
        for piece in pieces:
            size += len(piece)
            if size > limit:
                raise TooLarge
            file.write(piece)


def facts(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"size": path.stat().st_size, "sha256": digest}


def copy(source: UUID, target: UUID) -> None:
    """The same bytes for a second row, which may outlive the first."""
    path_of(target).parent.mkdir(parents=True, exist_ok=True)
    for ending in ENDINGS:
        there = path_of(source, ending)
        if not there.exists():
            continue
        try:
            os.link(there, path_of(target, ending))
        except OSError:  # a file system without hard links
            shutil.copyfile(there, path_of(target, ending))


def remove(key: UUID) -> None:
    for ending in ENDINGS:
        path_of(key, ending).unlink(missing_ok=True)


def stored_ids(older_than: float) -> Iterator[UUID]:
    """The ids of all files that were last changed before this time (seconds since 1970)."""
    for path in folder().glob("[0-9a-f][0-9a-f]/*"):
        try:
            key = UUID(path.name.partition(".")[0])
            if path.stat().st_ctime < older_than:  # a hard link changes this alone
                yield key
        except (ValueError, OSError):
            continue
