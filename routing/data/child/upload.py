"""What a reader of uploaded files is given, and what it tells besides tables."""

from dataclasses import dataclass
from pathlib import Path

from chatstudio.base.encodings.decoding import NotDecodable, detect_file, write_as_utf8
from chatstudio.base.encodings.detecting import Detected
from chatstudio.base.encodings.names import label_of
from routing.data.errors import NotReadable

COPY = "utf8.txt"


@dataclass(frozen=True, slots=True)
class Upload:
    """`encoding` is the one that a person said it is in, if any."""

    file: Path
    name: str
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`notes` are sentences on what is not in the tables, or is there in another form."""

    encoding: str = ""
    notes: tuple[str, ...] = ()


def as_utf8(upload: Upload) -> tuple[Path, Outcome]:
    """The text as the engine reads it, in a file beside."""
    copy = upload.file.with_name(COPY)
    try:
        found = detect_file(upload.file, upload.encoding)
        if found == Detected("utf-8"):
            return upload.file, Outcome(found.encoding)
        reading = write_as_utf8(upload.file, copy, found)
    except NotDecodable as problem:
        raise NotReadable(_sentence(problem.wished)) from None
    return copy, Outcome(reading.encoding, (reading.note,) if reading.note else ())


def _sentence(wished: str) -> str:
    if wished:
        return f"This file is not in the encoding {label_of(wished)}."
    return (
        "In which encoding this file is could not be told; it may be no text at all. "
        "Save it as UTF-8 and add it again."
    )
