from dataclasses import dataclass

from chatstudio.base.text import clean_text

LONGEST_TEXT = 3_000_000


class Unreadable(Exception):
    """`code` is one of the keys of conversations.features.files.refusals.SENTENCES."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Read:
    """What a file was. A form feed in `text` separates pages, where `pages` are counted."""

    kind: str
    media_type: str
    text: str = ""
    text_length: int = 0
    pages: int | None = None
    width: int | None = None
    height: int | None = None


def clean_read_text(text: str) -> str:
    """Line ends of Unix, no null characters (PostgreSQL takes none), nothing at the ends."""
    lines = clean_text(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    whole = "\n".join(line.rstrip(" \t") for line in lines).strip("\n")
    if len(whole) > LONGEST_TEXT:
        raise Unreadable("too_long")
    return whole
