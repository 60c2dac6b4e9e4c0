"""Excel workbooks by openpyxl, row by row. Every sheet becomes a table."""

import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from itertools import chain, islice
from pathlib import Path

import duckdb
from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from chatstudio.base.words import count_of
from chatstudio.base.workbooks import formulas_without_results
from routing.data.child import staging
from routing.data.child.header import LOOKED_AT, find_head, note_above, note_no_names
from routing.data.child.naming import table_name, unique
from routing.data.child.staging import fill
from routing.data.child.upload import Outcome, Upload
from routing.data.errors import NotReadable
from routing.data.types import Tell

FAULTS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!"}
MOST_ROWS = 2**20
"""No sheet has more. A row that says it lies further down would come after as many empty ones."""
OLD_FORMAT = b"\xd0\xcf\x11\xe0"


@dataclass(slots=True)
class Faults:
    """What formulas say in the place of a result."""

    counted: Counter[str] = field(default_factory=Counter)

    def note(self) -> list[str]:
        if not self.counted:
            return []
        total, shown = self.counted.total(), ", ".join(sorted(self.counted))
        are = "is" if total == 1 else "are"
        return [f"{count_of(total, 'cell')} with a fault of a formula ({shown}) {are} empty."]


def read(connection: duckdb.DuckDBPyConnection, upload: Upload, tell: Tell) -> Outcome:
    workbook = _open_workbook(upload.file)
    sheets = list(workbook.worksheets)
    names = unique(table_name(sheet.title) for sheet in sheets)
    faults, notes = Faults(), list(formulas_without_results(upload.file))
    for sheet, table in zip(sheets, names, strict=True):
        sheet.reset_dimensions()  # what the file says of its size is often wrong
        rows = sheet.iter_rows(values_only=True)
        place = f"Sheet {sheet.title}: " if len(sheets) > 1 else ""
        notes += _read_sheet(connection, sheet.title, rows, table, tell, faults, place)
    workbook.close()
    return Outcome(notes=(*notes, *faults.note()))


def _open_workbook(file: Path) -> Workbook:
    with file.open("rb") as opened:
        is_old = opened.read(4) == OLD_FORMAT
    if is_old:
        raise NotReadable(
            "This is an old Excel file (.xls), or one with a password. "
            "Save it as .xlsx without a password."
        )
    try:
        # An open file: by its name, openpyxl would judge it by the ending.
        return load_workbook(file.open("rb"), read_only=True, data_only=True, keep_links=False)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, SyntaxError) as error:
        raise NotReadable(f"This is not an Excel workbook (.xlsx): {error}") from None


def _read_sheet(
    connection: duckdb.DuckDBPyConnection,
    title: str,
    rows: Iterator[Sequence[object]],
    table: str,
    tell: Tell,
    faults: Faults,
    place: str,
) -> list[str]:
    counter = staging.Counter()
    try:
        counted = islice(counter.count_while_reading(rows), MOST_ROWS)
        cleaned = ([_value(v, faults) for v in row] for row in counted)
        first = list(islice(cleaned, LOOKED_AT))
        if not any(value is not None for row in first for value in row):
            first += islice(_filled(cleaned), 1)
        head = find_head(first)
        body = _filled(chain(first[head.first :], cleaned))
        if not first or not (head.names or head.at is None):
            return []
        fill(connection, table, head.names, body, tell)
    except (ValueError, SyntaxError, KeyError, OverflowError, zipfile.BadZipFile) as error:
        raise NotReadable(f"Sheet {title}, after row {counter.rows}: {error}") from None
    return [*note_above(head, place), *note_no_names(head, place)]


def _filled(rows: Iterator[list[object]]) -> Iterator[list[object]]:
    return (row for row in rows if any(value is not None for value in row))


def _value(value: object, faults: Faults) -> object:
    """A day is a moment at midnight to Excel; a fault such as #DIV/0! is no value."""
    if isinstance(value, datetime):
        return value.date() if value.time() == time() else value
    if isinstance(value, str):
        if value in FAULTS:
            faults.counted[value] += 1
            return None
        return value if value.strip() else None
    return value
