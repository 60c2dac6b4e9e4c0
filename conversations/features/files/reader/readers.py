"""The readers of text, by kind. To add one: a file here, a line below, a sign in `kinds`."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from conversations.features.files.reader.result import Read, Unreadable, clean_read_text
from conversations.features.files.reader.texts import read_text

type Found = tuple[str, int | None]
"""The text and the number of its pages, where there are any."""

OFFICE = "application/vnd.openxmlformats-officedocument"
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": f"{OFFICE}.wordprocessingml.document",
    "xlsx": f"{OFFICE}.spreadsheetml.sheet",
    "pptx": f"{OFFICE}.presentationml.presentation",
    "opendocument": "application/vnd.oasis.opendocument",
}
MODULES = {
    "pdf": "pdf",
    "docx": "word",
    "xlsx": "sheets",
    "pptx": "slides",
    "opendocument": "open_document",
}


def read(kind: str, source: Path) -> Read:
    if kind == "text":
        text, media_type = read_text(source)
        return Read(
            "text" if media_type == "text/plain" else "document", media_type, clean_read_text(text)
        )
    module = import_module(f"conversations.features.files.reader.{MODULES[kind]}")
    reader: Callable[[Path], Found] = module.read
    text, pages = reader(source)
    text = clean_read_text(text)
    if not text.strip():
        raise Unreadable("scanned" if kind == "pdf" else "empty")
    return Read("document", MEDIA_TYPES[kind], text, pages=pages)
