from dataclasses import dataclass

from chatstudio.base.text import clean_text

LONGEST_TEXT = 3_000_000


class Unreadable(Exception):
    """`code` is one of the keys of conversations.features.files.refusals.SENTENCES."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Found:
    """What a reader of one kind found. `kind` is another one where the file was not what it had
    looked like; `notes` are sentences on what is not in the text."""

    text: str
    pages: int | None = None
    notes: tuple[str, ...] = ()
    encoding: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """What a file was. A form feed in `text` separates pages, where `pages` are counted.
    `encoding` is Python's name of that of a plain text."""

    kind: str
    media_type: str
    text: str = ""
    text_length: int = 0
    pages: int | None = None
    width: int | None = None
    height: int | None = None
    encoding: str = ""
    notes: tuple[str, ...] = ()


def clean_read_text(text: str) -> str:
    """Line ends of Unix, no null characters (PostgreSQL takes none), nothing at the ends."""
    lines = clean_text(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    whole = "\n".join(line.rstrip(" \t") for line in lines).strip("\n")
    if len(whole) > LONGEST_TEXT:
        raise Unreadable("too_long")
    return whole
