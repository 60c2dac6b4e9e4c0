import re
from pathlib import Path

from conversations.features.files.reader.archive import Archive
from conversations.features.files.reader.marked import Attributes, Marking, text_of
from conversations.features.files.reader.result import Found


def _reference(attributes: Attributes) -> str:
    return f"[{attributes.get('w:id', '')}]"


def _note(attributes: Attributes) -> str:
    """The separators between text and notes are notes too, of a type."""
    return "" if "w:type" in attributes else f"[{attributes.get('w:id', '')}] "


MARKING = Marking(
    words=frozenset({"t"}),
    ends={"p": "\n", "br": "\n", "cr": "\n", "tab": "\t", "noBreakHyphen": "-"},
    starts={
        "footnoteReference": _reference,
        "endnoteReference": _reference,
        "footnote": _note,
        "endnote": _note,
    },
    # A text box stands twice: for new programs, and as a fallback for old ones. The tabs of a
    # paragraph's settings are no tabs in it.
    skipped=frozenset({"Fallback", "tabs"}),
)
PARTS = (
    ("Header", re.compile(r"word/header\d*\.xml")),
    ("", re.compile(r"word/document\.xml")),
    ("Footnotes", re.compile(r"word/footnotes\.xml")),
    ("Endnotes", re.compile(r"word/endnotes\.xml")),
    ("Comments", re.compile(r"word/comments\.xml")),
    ("Footer", re.compile(r"word/footer\d*\.xml")),
)


def read(source: Path) -> Found:
    """The document's body between what stands around it; its pages are made by whoever prints
    it."""
    found: list[str] = []
    with Archive(source) as archive:
        for label, pattern in PARTS:
            names = sorted(filter(pattern.fullmatch, archive.namelist()))
            texts = dict.fromkeys(text_of(archive.read(name), MARKING) for name in names)
            # A text of one page's header is that of another page's too.
            found += (
                f"{label}:\n{text}" if label else text
                for text in (text.strip("\n") for text in texts)
                if text.strip()
            )
    return Found("\n\n".join(found))
