"""Attached files on their way in: on the disk until the conversation that they belong to comes."""

import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from conversations.features.exchange.values import ForeignPiece

PREFIX = "files-"
MOST_BYTES = 2 * 2**30
MOST_FILES = 10_000
OLD_SECONDS = 24 * 3600.0


class Staging:
    """Names of a file say nothing of where it lies. What is over a limit is left out, and its
    message then says so."""

    def __init__(self, alive: Callable[[], None] = lambda: None) -> None:
        self.alive = alive  # to be called now and then by whoever reads them
        self.folder: Path | None = None
        self.paths: dict[str, Path] = {}
        self.sizes: dict[str, int] = {}
        self.total = 0
        self.limit = settings.MAX_ATTACHMENT_MB * 2**20

    def add(self, piece: ForeignPiece) -> None:
        """One more byte than may be kept, so that it is seen as too large."""
        if piece.file not in self.paths and len(self.paths) >= MOST_FILES:
            return
        size = self.sizes.get(piece.file, 0)
        data = piece.data[: max(self.limit + 1 - size, 0)]
        if self.total + len(data) > MOST_BYTES:
            self._path(piece.file).unlink(missing_ok=True)
            self.sizes[piece.file] = self.limit + 1
            return
        with self._path(piece.file).open("ab") as file:
            file.write(data)
        self.sizes[piece.file] = size + len(data)
        self.total += len(data)

    def _path(self, name: str) -> Path:
        if self.folder is None:
            parent = imports_folder()
            parent.mkdir(parents=True, exist_ok=True)
            _remove_old(parent)
            self.folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        return self.paths.setdefault(name, self.folder / str(len(self.paths)))

    def path_of(self, name: str) -> Path | None:
        path = self.paths.get(name)
        return path if path and path.exists() else None

    def clear(self) -> None:
        for path in self.paths.values():
            path.unlink(missing_ok=True)
        self.paths.clear()
        self.sizes.clear()
        self.total = 0

    def close(self) -> None:
        self.clear()
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)
        self.folder = None


def imports_folder() -> Path:
    return Path(settings.DATA_DIR) / "imports"


def _remove_old(parent: Path) -> None:
    """Of a process that went away in the middle."""
    for folder in parent.glob(f"{PREFIX}*"):
        if folder.is_dir() and folder.stat().st_mtime < time.time() - OLD_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)
