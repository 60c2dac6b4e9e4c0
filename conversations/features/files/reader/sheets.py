from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chatstudio.base.workbooks import formulas_without_results
from conversations.features.files.reader.archive import Archive
from conversations.features.files.reader.result import LONGEST_TEXT, Found, Unreadable

MOST_ROWS = 4 * 2**20
"""Of all sheets, with empty ones: what lies before a row far down is told as so many empty rows."""


def read(source: Path) -> Found:
    """Each sheet's rows as lines, their cells separated by tabs; formulas by their last value."""
    from openpyxl import load_workbook

    with Archive(source):  # looked at before anything of it is unpacked
        pass
    # From an open file, as a name without .xlsx is refused.
    book = load_workbook(source.open("rb"), read_only=True, data_only=True, keep_links=False)
    lines: list[str] = []
    length = rows = 0
    for sheet in book.worksheets:
        lines.append(f"\nSheet: {sheet.title}")
        for line in _lines(sheet):
            rows += 1
            length += len(line) + 1 if line else 0
            if length > LONGEST_TEXT or rows > MOST_ROWS:
                raise Unreadable("too_long")
            if line:
                lines.append(line)
    return Found("\n".join(lines), notes=tuple(formulas_without_results(source)))


def _lines(sheet: Any) -> Iterator[str]:
    sheet.reset_dimensions()  # the file may state a million columns
    for row in sheet.iter_rows(values_only=True):
        cells = ["" if cell is None else " ".join(str(cell).split()) for cell in row]
        yield "\t".join(cells).rstrip("\t")
