import re
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from conversations.features.files.reader.archive import Archive
from conversations.features.files.reader.marked import Attributes, Marking, text_of
from conversations.features.files.reader.result import LONGEST_TEXT, Found, Unreadable
from conversations.features.files.reader.texts import decode_text
from conversations.features.files.reader.web import words_of

PAGES = re.compile(r".+\.x?html?", re.I)


def read(source: Path) -> Found:
    """The chapters of an EPUB in the order in which they are read."""
    with Archive(source) as archive:
        names = set(archive.namelist())
        found, length, missing = [], 0, 0
        for name in _chapters(archive):
            if name not in names:
                missing += 1
                continue
            words = _chapter(archive, name)
            length += len(words)
            if length > LONGEST_TEXT:
                raise Unreadable("too_long")
            found.append(words)
        if not any(found) and "META-INF/encryption.xml" in names:
            raise Unreadable("encrypted")
    notes = (f"{missing} of its chapters are not in the file.",) if missing else ()
    return Found("\n\n".join(filter(None, found)), notes=notes)


def _chapter(archive: Archive, name: str) -> str:
    try:
        return words_of(decode_text(archive.read(name))[0]).strip()
    except Unreadable as problem:
        is_locked = "META-INF/encryption.xml" in archive.namelist()
        raise Unreadable("encrypted" if is_locked else "broken") from problem


def _chapters(archive: Archive) -> list[str]:
    if "META-INF/container.xml" not in archive.namelist():
        return sorted(filter(PAGES.fullmatch, archive.namelist()))
    package = _attributes(archive.read("META-INF/container.xml"), "rootfile")
    place = next((one.get("full-path", "") for one in package), "")
    if place not in archive.namelist():
        raise Unreadable("broken")
    data = archive.read(place)
    items = {one.get("id"): one.get("href", "") for one in _attributes(data, "item")}
    order = [items.get(one.get("idref")) for one in _attributes(data, "itemref")]
    return [normpath(join(dirname(place), unquote(href))) for href in order if href]


def _attributes(data: bytes, element: str) -> list[Attributes]:
    found: list[Attributes] = []

    def note(attributes: Attributes) -> str:
        found.append(dict(attributes))
        return ""

    text_of(data, Marking(frozenset(), {}, {element: note}))
    return found
