"""What a file is, by its content; its name may say anything."""

from pathlib import Path

from conversations.features.files.reader.archive import Archive
from conversations.features.files.reader.result import Unreadable

IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*")
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Word, Excel and PowerPoint up to 2003, and newer ones with a password."""
OTHER = (b"\x7fELF", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"BZh", b"SQLite format 3")
PARTS = {
    "word/document.xml": "docx",
    "xl/workbook.xml": "xlsx",
    "ppt/presentation.xml": "pptx",
}
OPEN_DOCUMENT = b"application/vnd.oasis.opendocument."


def kind_of(source: Path) -> str:
    with source.open("rb") as file:
        head = file.read(2048)
    if not head:
        raise Unreadable("empty")
    is_webp = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    if head.startswith(IMAGES) or is_webp or head[4:12] in (b"ftypavif", b"ftypavis"):
        return "image"
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(OLD_OFFICE):
        raise Unreadable("old_office")
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_archive(source)
    if head.startswith(OTHER):
        raise Unreadable("unknown")
    return "text"


def _kind_of_archive(source: Path) -> str:
    with Archive(source) as archive:
        names = set(archive.namelist())
        found = next((kind for part, kind in PARTS.items() if part in names), None)
        if found:
            return found
        if "mimetype" in names and archive.read("mimetype").startswith(OPEN_DOCUMENT):
            return "opendocument"
    raise Unreadable("archive")
