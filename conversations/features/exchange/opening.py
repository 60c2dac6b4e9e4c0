"""A file or an archive to streams. Nothing is ever unpacked onto the disk; an archive that could
hurt somebody who unpacks it is refused as a whole, with a sentence.
"""

import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import IO

from chatstudio.base.words import count_of
from conversations.features.exchange.reading import read_stream
from conversations.features.exchange.values import Entry, ForeignConversation, Problem, Unreadable

MOST_FILES = 20_000
MOST_BYTES = 8 * 2**30
HIGHEST_RATIO = 200
RATIO_FROM = 2**20  # a small file may be as repetitive as it likes
READABLE = (".json", ".jsonl", ".ndjson")


class Source:
    """An opened file. `entries` reads it once; `bytes_done` of `bytes_total` says how far."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.bytes_total = path.stat().st_size
        self._file: IO[bytes] | None = None

    @property
    def bytes_done(self) -> int:
        return self._file.tell() if self._file and not self._file.closed else self.bytes_total

    def entries(self) -> Iterator[Entry]:
        with self.path.open("rb") as self._file:
            found = 0
            for entry in self._entries(self._file):
                found += not (isinstance(entry, Problem) and entry.passed_over)
                yield entry
            if not found:
                raise Unreadable("Chat Studio found no conversation of a kind that it reads in it.")

    def _entries(self, file: IO[bytes]) -> Iterator[Entry]:
        if not self.bytes_total:
            raise Unreadable("The file is empty.")
        is_archive = file.read(4) == b"PK\x03\x04"
        file.seek(0)
        yield from _archive(file) if is_archive else read_stream(file)


@contextmanager
def _open_archive(file: IO[bytes]) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except zipfile.BadZipFile as error:
        raise Unreadable("The archive is damaged. Export it again, or copy it anew.") from error
    except (NotImplementedError, RuntimeError) as error:  # of a kind that nobody else writes
        raise Unreadable("The archive is packed in a way that cannot be read here.") from error


def _archive(file: IO[bytes]) -> Iterator[Entry]:
    with _open_archive(file) as archive:
        entries = archive.infolist()
        _refuse_dangerous(entries)
        readable = [one for one in entries if _is_readable(one.filename)]
        if not readable:
            raise Unreadable("There is no JSON file in the archive.")
        for one in readable:
            yield from _file_in(archive, one)


def _is_readable(name: str) -> bool:
    """Without what a Mac puts beside each file of an archive."""
    path = PurePosixPath(name)
    beside = path.name.startswith("._") or "__MACOSX" in path.parts
    return path.suffix.lower() in READABLE and not beside


def _file_in(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[Entry]:
    name = entry.filename[-120:]
    try:
        with archive.open(entry) as stream:
            for found in read_stream(stream, is_archived=True):
                where = f"{name}, {found.where}"
                if isinstance(found, ForeignConversation):
                    found.where = where
                    yield found
                else:
                    yield replace(found, where=where)
    except Unreadable as error:
        yield Problem(str(error), name)
    except (zipfile.BadZipFile, EOFError, OSError) as error:
        yield Problem(f"It is damaged: {error}"[:200], name)


def _refuse_dangerous(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_FILES:
        raise Unreadable(f"The archive holds more than {count_of(MOST_FILES, 'file')}.")
    for one in entries:
        name = one.filename[:100]
        if is_outside(one.orig_filename):
            raise Unreadable(f"The archive names a file outside of itself ({name!r}).")
        if stat.S_ISLNK(one.external_attr >> 16):
            raise Unreadable(f"The archive holds a link ({name!r}), and only files are read.")
        if one.flag_bits & 1:
            raise Unreadable("The archive has a password. Unpack it, and choose the file in it.")
        if one.file_size > RATIO_FROM and one.file_size > HIGHEST_RATIO * max(one.compress_size, 1):
            raise Unreadable(f"A file in the archive ({name!r}) is packed too tightly to be true.")
    if sum(one.file_size for one in entries) > MOST_BYTES:
        raise Unreadable(f"Unpacked, the archive is larger than {MOST_BYTES // 2**30} GB.")


def is_outside(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return (
        path.is_absolute()
        or ".." in path.parts
        or "\x00" in name
        or (len(name) > 1 and name[1] == ":")
    )
