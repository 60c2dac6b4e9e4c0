from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from chatstudio.base.words import noun
from conversations.features.files.reader.result import LONGEST_TEXT, Found, Unreadable

if TYPE_CHECKING:
    from pypdf import PageObject
    from pypdf.generic import DictionaryObject

MOST_PAGES = 3_000
MOST_NAMED = 12
DEEPEST_FIELD = 20


def read(source: Path) -> Found:
    from pypdf import PasswordType, PdfReader

    reader = PdfReader(source)
    # Many are encrypted with an empty password, only to forbid printing.
    if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
        raise Unreadable("encrypted")
    count = len(reader.pages)
    if count > MOST_PAGES:
        raise Unreadable("too_long")
    pages: list[str] = []
    length = 0
    for page in reader.pages:
        text = "\n".join([page.extract_text().replace("\f", "\n"), *_written_on(page)]).strip("\n")
        length += len(text)
        if length > LONGEST_TEXT:
            raise Unreadable("too_long")
        pages.append(text)
    return Found("\f".join(pages), count, tuple(_without_text(pages)))


def _without_text(pages: list[str]) -> Iterator[str]:
    """A sentence on the pages that have none, where others have some."""
    empty = [str(number) for number, text in enumerate(pages, 1) if not text.strip()]
    if not empty or len(empty) == len(pages):
        return
    named, more = empty[:MOST_NAMED], len(empty) - MOST_NAMED
    shown = (
        f"{', '.join(named)} and {more} more"
        if more > 0
        else " and ".join(filter(None, (", ".join(named[:-1]), named[-1])))
    )
    has = noun(len(empty), "has", "have")
    yield f"{noun(len(empty), 'Page')} {shown} {has} no text, and may be scanned."


def _written_on(page: "PageObject") -> Iterator[str]:
    """What was filled into the fields of a form, and words that were put on the page."""
    from pypdf.generic import ArrayObject, DictionaryObject

    listed = page.get("/Annots")
    listed = listed.get_object() if listed is not None else None
    if not isinstance(listed, ArrayObject):
        return
    for one in listed:
        annotation = one.get_object()
        if not isinstance(annotation, DictionaryObject):
            continue
        if annotation.get("/Subtype") == "/FreeText":
            yield str(annotation.get("/Contents", ""))
        if annotation.get("/Subtype") == "/Widget" and (value := _value(annotation)):
            yield f"{_name(annotation)}: {value}"


def _ancestry(field: "DictionaryObject") -> "Iterator[DictionaryObject]":
    """A field's parts may have their name and value from what they are parts of."""
    from pypdf.generic import DictionaryObject

    for _ in range(DEEPEST_FIELD):
        yield field
        parent = field.get("/Parent")
        above = parent.get_object() if parent is not None else None
        if not isinstance(above, DictionaryObject):
            return
        field = above


def _name(field: "DictionaryObject") -> str:
    """What the form shows beside it, else its name in the file."""
    for one in _ancestry(field):
        if "/TU" in one:
            return str(one["/TU"])
    names = [str(one["/T"]) for one in _ancestry(field) if "/T" in one]
    return ".".join(reversed(names)) or "Field"


def _value(field: "DictionaryObject") -> str:
    from pypdf.generic import ArrayObject, NameObject

    found = next((one["/V"] for one in _ancestry(field) if "/V" in one), None)
    value = found.get_object() if found is not None else None
    if isinstance(value, ArrayObject):
        return ", ".join(map(str, value))
    if isinstance(value, NameObject):  # a box that is ticked, or one of several
        shown = field.get("/AS", value)
        return "" if shown in ("/Off", "/") or shown != value else str(value).removeprefix("/")
    return str(value).strip() if isinstance(value, str) else ""
