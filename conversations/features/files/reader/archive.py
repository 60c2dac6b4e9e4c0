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
        if len(parts) > MOST_PARTS or whole > LARGEST_WHOLE:
            raise Unreadable("bomb")
        for part in parts:
            packed = max(part.compress_size, 1)
            is_tight = part.file_size > SMALL and part.file_size > LARGEST_RATIO * packed
            if is_tight or part.file_size > LARGEST_PART:
                raise Unreadable("bomb")
