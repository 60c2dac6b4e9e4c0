"""What a file is, by its content; its name may say anything."""

import re
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
PACKED = {
    b"application/vnd.oasis.opendocument.": "opendocument",
    b"application/epub+zip": "epub",
}
"""By the first words of an archive's entry `mimetype`."""
NOTEBOOK = re.compile(rb"\s*\{.*\"(cells|worksheets|nbformat)\"\s*:", re.S)
SENDERS = (b"from", b"mime-version", b"received", b"return-path")
HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9-]*:[ \t\r\n]")
MAIL_HEADERS = (
    *(b"from", b"to", b"subject", b"date", b"mime-version", b"received", b"return-path"),
    *(b"message-id", b"delivered-to", b"content-type", b"snapshot-content-location"),
)


def kind_of(source: Path) -> str:
    with source.open("rb") as file:
        head = file.read(8192)
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
    return _kind_of_text(head)


def _kind_of_text(head: bytes) -> str:
    """By how it begins; a reader that finds something else says it is text."""
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if NOTEBOOK.match(head):
        return "notebook"
    return "mail" if _is_mail(head) else "text"


def _is_mail(head: bytes) -> bool:
    """Some headers of a mail, and nothing else before them; in a mailbox behind a line of its
    own."""
    lines = head.replace(b"\r\n", b"\n").removeprefix(b"\xef\xbb\xbf").split(b"\n")
    if lines[0].startswith(b"From "):
        lines = lines[1:]
    found: set[bytes] = set()
    for line in lines:
        if line[:1] in (b" ", b"\t") and found:
            continue
        if not HEADER.match(line + b"\n"):
            break
        found.add(line.partition(b":")[0].lower())
    if found >= {b"mime-version", b"content-type"}:
        return True
    return len(found & set(MAIL_HEADERS)) >= 3 and not found.isdisjoint(SENDERS)


def _kind_of_archive(source: Path) -> str:
    with Archive(source) as archive:
        names = set(archive.namelist())
        found = next((kind for part, kind in PARTS.items() if part in names), None)
        if found:
            return found
        said = archive.read("mimetype") if "mimetype" in names else b""
        found = next((kind for start, kind in PACKED.items() if said.startswith(start)), None)
        if found:
            return found
    raise Unreadable("archive")
