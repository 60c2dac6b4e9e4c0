"""A ZIP file whose parts are looked at before they are unpacked."""

from pathlib import Path
from zipfile import BadZipFile, ZipFile

from conversations.features.files.reader.result import Unreadable

MOST_PARTS = 10_000
LARGEST_PART = 100 * 2**20
LARGEST_WHOLE = 250 * 2**20
LARGEST_RATIO = 200
SMALL = 2**20
"""Below this a part may be as well compressed as it likes."""


class Archive(ZipFile):
    def __init__(self, source: Path) -> None:
        try:
            super().__init__(source)
        except (BadZipFile, ValueError) as error:
            raise Unreadable("broken") from error
        parts = self.infolist()
        if any(part.flag_bits & 1 for part in parts):
            raise Unreadable("encrypted")
        # A part is never unpacked beyond the size that its entry states, so that can be believed.
        whole = sum(part.file_size for part in parts)
        is_bomb = len(parts) > MOST_PARTS or whole > LARGEST_WHOLE
        if is_bomb or any(_is_bomb(part.file_size, part.compress_size) for part in parts):
            raise Unreadable("bomb")


def _is_bomb(size: int, packed: int) -> bool:
    return size > LARGEST_PART or (size > SMALL and size > LARGEST_RATIO * max(packed, 1))
