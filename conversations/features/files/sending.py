"""A message's files as a model reads them."""

import base64
from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

from chatstudio.base.words import count_of
from conversations.features.exchange.tools import fenced
from conversations.features.files import storage as files
from conversations.features.files.budget import PASSAGES_TOKENS
from conversations.features.files.passages import LENGTH, nearest, split
from conversations.models import Attachment
from routing.asking import BYTES_PER_TOKEN, weigh

GONE = "[file: {name}, no longer there]"


def with_files(
    words: str, rows: Sequence[Attachment], earlier: Sequence[Attachment] = ()
) -> tuple[str, tuple[str, ...]]:
    """The words behind the files that go with them, and the images. Each image is named in the
    text too, so that a model that cannot see knows what it was not sent. `earlier` are files of
    earlier messages that are searched for this one as well."""
    room = _room(earlier)
    pieces = [_piece(row, words, room) for row in earlier]
    room = _room([row for row in rows if row.is_searched])
    pieces += [_piece(row, words, room) for row in rows]
    images = [image_of(row) for row in rows if row.is_image]
    return "\n\n".join(filter(None, [*pieces, words])), tuple(filter(None, images))


def _room(searched: Sequence[Attachment]) -> int:
    """Characters of plain words for each of the files that share what there is: of digits, which
    make more tokens, there are fewer."""
    return max(int(PASSAGES_TOKENS * BYTES_PER_TOKEN) // max(len(searched), 1), LENGTH)


def image_of(row: Attachment) -> str:
    try:
        data = files.path_of(row.public_id, files.PICTURE).read_bytes()
    except OSError:
        return ""
    return base64.b64encode(data).decode()


def text_of(row: Attachment) -> str:
    return files.path_of(row.public_id, files.TEXT).read_text(encoding="utf-8")


def _piece(row: Attachment, question: str, room: int) -> str:
    if row.is_image:
        return f"[image: {row.name}]"
    try:
        if row.is_searched:
            return excerpt(row, question, room)
        whole = fenced(text_of(row).replace("\f", "\n\n"))
        return f"File “{row.name}”{_size(row)}{_notes(row)}:\n{whole}"
    except OSError:
        return GONE.format(name=row.name)


def excerpt(row: Attachment, question: str, room: int) -> str:
    """The passages nearest to the question, with their places."""
    return (
        f"Of the file “{row.name}”{_size(row)}{_notes(row)} the passages nearest to this message:\n"
        f"{fenced(_passages(row.public_id, question, room))}"
    )


@lru_cache(maxsize=64)
def _passages(key: UUID, question: str, room: int) -> str:
    """A file never changes, and every later message sends what was sent before once more."""
    text = files.path_of(key, files.TEXT).read_text(encoding="utf-8")
    dense = len(text) / weigh(text) if text else 1.0
    found = nearest(split(text), question, max(int(room * dense), LENGTH))
    return "\n\n".join(f"[{passage.place}]\n{passage.text}" for passage in found)


def _notes(row: Attachment) -> str:
    return f" [{' '.join(row.notes)}]" if row.notes else ""


def _size(row: Attachment) -> str:
    return f" ({count_of(row.pages, 'page')})" if row.pages else ""
