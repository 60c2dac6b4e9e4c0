from pathlib import Path

from conversations.features.files.reader.archive import Archive
from conversations.features.files.reader.marked import text_of

ENDS = {"p": "\n", "h": "\n", "page": "\f"}
MARKS = {"tab": "\t", "s": " ", "line-break": "\n"}


def read(source: Path) -> tuple[str, int | None]:
    """LibreOffice's texts, tables and slides alike: their paragraphs and headings."""
    with Archive(source) as archive:
        text = text_of(archive.read("content.xml"), ("p", "h"), ENDS, MARKS).removesuffix("\f")
    return text, text.count("\f") + 1 if "\f" in text else None
