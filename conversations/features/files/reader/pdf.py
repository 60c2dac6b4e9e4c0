from pathlib import Path

from conversations.features.files.reader.result import LONGEST_TEXT, Unreadable

MOST_PAGES = 3_000


def read(source: Path) -> tuple[str, int | None]:
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
        text = page.extract_text().replace("\f", "\n")
        length += len(text)
        if length > LONGEST_TEXT:
            raise Unreadable("too_long")
        pages.append(text)
    return "\f".join(pages), count
