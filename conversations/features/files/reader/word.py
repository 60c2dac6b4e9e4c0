from pathlib import Path

from conversations.features.files.reader.archive import Archive
from conversations.features.files.reader.marked import text_of

ENDS = {"p": "\n", "br": "\n", "cr": "\n", "tab": "\t", "tr": "\n"}


def read(source: Path) -> tuple[str, int | None]:
    """The document's body; its pages are made by whoever prints it."""
    with Archive(source) as archive:
        return text_of(archive.read("word/document.xml"), ("t",), ENDS), None
