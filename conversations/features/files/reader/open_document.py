from pathlib import Path

from conversations.features.files.reader.archive import Archive
from conversations.features.files.reader.marked import MOST_REPEATED, Attributes, Marking, text_of
from conversations.features.files.reader.result import Found

SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"


def _spaces(attributes: Attributes) -> str:
    count = attributes.get("text:c", "1")
    return " " * (min(int(count), MOST_REPEATED) if count.isdecimal() else 1)


def _marking(*, has_sheets: bool) -> Marking:
    def title(attributes: Attributes) -> str:
        return f"\nSheet: {attributes.get('table:name', '')}\n" if has_sheets else ""

    return Marking(
        words=frozenset({"p", "h"}),
        ends={"p": "\n", "h": "\n", "page": "\f"},
        starts={
            "tab": lambda _: "\t",
            "s": _spaces,
            "line-break": lambda _: "\n",
            "table": title,
            "notes": lambda _: "Notes: ",
        },
        skipped=frozenset({"tracked-changes"}),
        row="table-row",
        cells=frozenset({"table-cell", "covered-table-cell"}),
    )


def read(source: Path) -> Found:
    """LibreOffice's texts, sheets and slides alike: paragraphs, headings, rows of tables."""
    with Archive(source) as archive:
        has_sheets = archive.read("mimetype").startswith(SPREADSHEET)
        marking = _marking(has_sheets=has_sheets)
        text = text_of(archive.read("content.xml"), marking).removesuffix("\f")
    return Found(text, text.count("\f") + 1 if "\f" in text else None)
