import re
from pathlib import Path
from posixpath import basename

from conversations.features.files.reader.archive import Archive
from conversations.features.files.reader.marked import Attributes, Marking, text_of
from conversations.features.files.reader.result import Found

SLIDE = re.compile(r"ppt/slides/(slide(\d+)\.xml)")
NOTES = re.compile(r"\.\./notesSlides/(notesSlide\d+\.xml)")
MARKING = Marking(frozenset({"t"}), {"p": "\n", "br": "\n"}, skipped=frozenset({"Fallback"}))
# Of the page with the notes the number of the slide is no note.
NOTES_MARKING = Marking(frozenset({"t"}), {"p": "\n", "br": "\n"}, skipped=frozenset({"fld"}))


def read(source: Path) -> Found:
    """Each slide is a page; what its speaker noted stands below it."""
    with Archive(source) as archive:
        names = _in_order(archive)
        return Found("\f".join(_slide(archive, name) for name in names), len(names))


def _slide(archive: Archive, name: str) -> str:
    text = text_of(archive.read(f"ppt/slides/{name}"), MARKING)
    related = _relations(archive, f"ppt/slides/_rels/{name}.rels").values()
    found = [match[1] for target in related if (match := NOTES.fullmatch(target))]
    there = (f"ppt/notesSlides/{notes}" for notes in found)
    texts = (_part(archive, part) for part in there)
    notes = "\n".join(text.strip() for text in texts if text.strip())
    return f"{text}\nNotes: {notes}" if notes else text


def _part(archive: Archive, name: str) -> str:
    return text_of(archive.read(name), NOTES_MARKING) if name in archive.namelist() else ""


def _in_order(archive: Archive) -> list[str]:
    """As the presentation lists them; where it lists none, by their numbers."""
    numbered = {m[1]: int(m[2]) for name in archive.namelist() if (m := SLIDE.fullmatch(name))}
    related = _relations(archive, "ppt/_rels/presentation.xml.rels")
    shown = [basename(related.get(key, "")) for key in _listed(archive)]
    rest = sorted(numbered.keys() - set(shown), key=numbered.__getitem__)
    return [*filter(numbered.__contains__, dict.fromkeys(shown)), *rest]


def _listed(archive: Archive) -> list[str]:
    """The keys of the slides, in their order."""
    keys: list[str] = []

    def note(attributes: Attributes) -> str:
        keys.append(attributes.get("r:id", ""))
        return ""

    marking = Marking(frozenset(), {}, {"sldId": note})
    text_of(archive.read("ppt/presentation.xml"), marking)
    return keys


def _relations(archive: Archive, name: str) -> dict[str, str]:
    """What a part refers to, by key."""
    found: dict[str, str] = {}

    def note(attributes: Attributes) -> str:
        found[attributes.get("Id", "")] = attributes.get("Target", "")
        return ""

    if name in archive.namelist():
        text_of(archive.read(name), Marking(frozenset(), {}, {"Relationship": note}))
    return found
