"""The files with text in them that can be read: what each is called, and how it usually ends."""

from dataclasses import dataclass

OFFICE = "application/vnd.openxmlformats-officedocument"
OPEN = "application/vnd.oasis.opendocument"


@dataclass(frozen=True, slots=True)
class Format:
    """`family` is its word in a sentence that lists what can be read; `module` reads it."""

    kind: str
    module: str
    media_type: str
    label: str
    family: str
    endings: tuple[str, ...]


FORMATS = (
    Format("text", "texts", "text/plain", "Text", "text", (".txt", ".md", ".csv", ".log")),
    Format("web", "web", "text/html", "Web page", "web page", (".html", ".htm")),
    Format("pdf", "pdf", "application/pdf", "PDF", "PDF", (".pdf",)),
    Format(
        "docx",
        "word",
        f"{OFFICE}.wordprocessingml.document",
        "Word document",
        "office document",
        (".docx",),
    ),
    Format(
        "xlsx",
        "sheets",
        f"{OFFICE}.spreadsheetml.sheet",
        "Excel workbook",
        "office document",
        (".xlsx",),
    ),
    Format(
        "pptx", "slides", f"{OFFICE}.presentationml.presentation", "Slides", "office document",
        (".pptx",),
    ),
    Format("opendocument", "open_document", OPEN, "Document", "office document",
           (".odt", ".ods", ".odp")),
    Format("rtf", "rich_text", "application/rtf", "Rich text", "office document", (".rtf",)),
    Format("mail", "mail", "message/rfc822", "Mail", "mail", (".eml", ".mbox")),
    Format("mhtml", "mail", "multipart/related", "Web page", "web page", (".mhtml", ".mht")),
    Format("notebook", "notebook", "application/x-ipynb+json", "Notebook", "notebook",
           (".ipynb",)),
    Format("epub", "book", "application/epub+zip", "Book", "book", (".epub",)),
)  # fmt: skip
BY_KIND = {one.kind: one for one in FORMATS}
LABELS = {one.media_type: one.label for one in FORMATS if one.kind != "text"}


def in_words() -> str:
    """All but text, as in "image, PDF, mail or book"."""
    *first, last = dict.fromkeys(["image", *(one.family for one in FORMATS if one.kind != "text")])
    return f"{', '.join(first)} or {last}"
