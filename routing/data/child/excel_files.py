"""Excel workbooks by openpyxl, row by row. Every sheet becomes a table; its first row that is not
empty names the columns."""

import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime, time
from itertools import chain
from pathlib import Path

import duckdb
from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from routing.data.child.naming import table_name, unique
from routing.data.child.staging import Counter, fill
from routing.data.errors import NotReadable
from routing.data.types import Tell

FAULTS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!"}
OLD_FORMAT = b"\xd0\xcf\x11\xe0"


def read(connection: duckdb.DuckDBPyConnection, file: Path, name: str, tell: Tell) -> None:
    workbook = _open_workbook(file)
    sheets = list(workbook.worksheets)
    names = unique(table_name(sheet.title) for sheet in sheets)
    for sheet, table in zip(sheets, names, strict=True):
        sheet.reset_dimensions()  # what the file says of its size is often wrong
        _read_sheet(connection, sheet.title, sheet.iter_rows(values_only=True), table, tell)
    workbook.close()


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
) -> None:
    counter = Counter()
    try:
        cleaned = (list(map(_value, row)) for row in counter.count_while_reading(rows))
        filled = (row for row in cleaned if any(value is not None for value in row))
        header = next(filled, None)
        if header is None:
            return
        first = next(filled, None)
        body = chain([first], filled) if first is not None else iter(())
        fill(connection, table, _names(header), body, tell)
    except (ValueError, SyntaxError, KeyError, OverflowError, zipfile.BadZipFile) as error:
        raise NotReadable(f"Sheet {title}, after row {counter.rows}: {error}") from None


def _value(value: object) -> object:
    """A day is a moment at midnight to Excel; a fault such as #DIV/0! is no value."""
    if isinstance(value, datetime):
        return value.date() if value.time() == time() else value
    return None if isinstance(value, str) and value in FAULTS else value


def _names(header: Sequence[object]) -> list[str]:
    """Without the empty columns at the end."""
    names = ["" if value is None else str(value) for value in header]
    while names and not names[-1].strip():
        names.pop()
    return names
