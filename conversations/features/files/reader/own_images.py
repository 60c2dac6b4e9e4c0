"""Whether an image is as we write it: to be read once more without a change of its bytes.

Nothing in the file says so. It is small enough, it has been decoded, and it consists of nothing
but what draws it: no notes, no profile, no words, nothing behind its end.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHUNKS = {b"IHDR", b"IDAT", b"IEND"}
JFIF, TABLES, FRAME, CODES, SCAN = 0xE0, 0xDB, 0xC0, 0xC4, 0xDA
SEGMENTS = {JFIF, TABLES, FRAME, CODES, SCAN}
JFIF_LENGTH = 16
LONGEST_HEAD = 1024
"""Of a picture in colours it is about 620 bytes."""
PNG_END = b"\x00\x00\x00\x00IEND\xaeB`\x82"


def is_as_we_write(data: bytes, opened: "ImageFile", long_side: int) -> bool:
    if max(opened.size) > long_side or opened.mode not in ("RGB", "L", "RGBA"):
        return False
    if opened.format == "PNG":
        return is_bare_png(data)
    return opened.format == "JPEG" and is_bare_jpeg(data, opened.size)


def is_bare_png(data: bytes) -> bool:
    if not data.startswith(SIGNATURE):
        return False
    names, at = [], len(SIGNATURE)
    while at + 12 <= len(data) and b"IEND" not in names:
        names.append(data[at + 4 : at + 8])
        at += 12 + int.from_bytes(data[at : at + 4])
    return at == len(data) and data.endswith(PNG_END) and set(names) == CHUNKS


def is_bare_jpeg(data: bytes, size: tuple[int, int]) -> bool:
    """The picture's own data holds no marker: each FF in it is followed by a zero. `size` is the
    one that was decoded, which may be smaller than what the file says."""
    found = list(_segments(data))
    kinds = [kind for kind, _, _ in found]
    is_whole = set(kinds) == SEGMENTS and kinds[0] == JFIF and kinds[-1] == SCAN
    if not is_whole or any(kinds.count(kind) > 1 for kind in (JFIF, FRAME, SCAN)):
        return False
    frame = found[kinds.index(FRAME)][1]
    height, width = data[frame + 3 : frame + 5], data[frame + 5 : frame + 7]
    is_of_size = (int.from_bytes(width), int.from_bytes(height)) == size
    start = found[-1][1] + found[-1][2]
    drawn = data[start:-2]
    is_unmarked = drawn.count(b"\xff") == drawn.count(b"\xff\x00")
    is_short = found[0][2] == JFIF_LENGTH and start <= LONGEST_HEAD
    return is_of_size and is_short and is_unmarked and data.endswith(b"\xff\xd9")


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Kind, beginning and length of what stands before the picture's data."""
    at = 2
    while data[:2] == b"\xff\xd8" and at + 4 <= len(data) and data[at] == 0xFF:
        kind, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        yield kind, at + 2, length
        at += 2 + length
        if kind == SCAN:
            return
