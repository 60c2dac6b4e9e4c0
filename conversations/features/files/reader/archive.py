"""A ZIP file whose parts are looked at before they are unpacked."""

from pathlib import Path
from types import TracebackType
from zipfile import BadZipFile, ZipFile

from conversations.features.files.reader.result import Unreadable

MOST_PARTS = 10_000
LARGEST_PART = 100 * 2**20
LARGEST_WHOLE = 250 * 2**20
LARGEST_RATIO = 200
SMALL = 2**20
"""Below this a part may be as well compressed as it likes."""


class Archive:
    def __init__(self, source: Path) -> None:
        try:
            self._zip = ZipFile(source)
        except (BadZipFile, ValueError) as error:
            raise Unreadable("broken") from error
        parts = self._zip.infolist()
        self._names = {part.filename for part in parts}
        if any(part.flag_bits & 1 for part in parts):
            raise Unreadable("encrypted")
        # A part is never unpacked beyond the size that its entry states, so that can be believed.
        whole = sum(part.file_size for part in parts)
        is_bomb = len(parts) > MOST_PARTS or whole > LARGEST_WHOLE
        if is_bomb or any(_is_bomb(part.file_size, part.compress_size) for part in parts):
            raise Unreadable("bomb")

    def __enter__(self) -> "Archive":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._zip.close()

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def names(self) -> set[str]:
        return self._names

    def read(self, name: str) -> bytes:
        return self._zip.read(name)


def _is_bomb(size: int, packed: int) -> bool:
    return size > LARGEST_PART or (size > SMALL and size > LARGEST_RATIO * max(packed, 1))
