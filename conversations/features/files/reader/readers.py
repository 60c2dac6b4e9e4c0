"""The readers of text, by kind. To add one: a file here, a line in `formats`, a sign in `kinds`."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from conversations.features.files.formats import BY_KIND
from conversations.features.files.reader.result import Found, Read, Unreadable, clean_read_text

type Reader = Callable[[Path], Found]


def read(kind: str, source: Path, wished: str = "") -> Read:
    """`wished` is the encoding of a plain text, where a person said which."""
    found = _find(kind, source, wished)
    format = BY_KIND[found.kind or kind]
    text = clean_read_text(found.text)
    if not text.strip():
        raise Unreadable("scanned" if kind == "pdf" else "empty")
    return Read(
        "text" if format.kind == "text" else "document",
        format.media_type,
        text,
        pages=found.pages,
        encoding=found.encoding,
        notes=found.notes,
    )


def _find(kind: str, source: Path, wished: str) -> Found:
    module = import_module(f"conversations.features.files.reader.{BY_KIND[kind].module}")
    if kind == "text":
        found: Found = module.read(source, wished)
        return found
    reader: Reader = module.read
    return reader(source)
