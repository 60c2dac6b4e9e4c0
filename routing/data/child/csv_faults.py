"""Where a CSV file is wrong first: its row and column, for the person who has to mend it."""

import codecs
import csv
from pathlib import Path

import duckdb

from chatstudio.base.words import count_of
from routing.data.child.engine import quoted_text
from routing.data.child.naming import unique

PIECE = 2**20


def first_fault(connection: duckdb.DuckDBPyConnection, file: Path) -> str:
    return not_text(file) or _first_reject(connection, file)


def not_text(file: Path) -> str:
    """The row whose bytes are no UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    row = 1
    with file.open("rb") as opened:
        while piece := opened.read(PIECE):
            try:
                decoder.decode(piece)
            except UnicodeDecodeError as error:
                row += error.object[: error.start].count(b"\n")
                return (
                    f"Row {row}: this is not UTF-8 text (byte 0x{error.object[error.start]:02x}). "
                    "Save the file as CSV UTF-8."
                )
            row += piece.count(b"\n")
    return ""


def _first_reject(connection: duckdb.DuckDBPyConnection, file: Path) -> str:
    """What the engine notes when told to go on after each fault, every column being text."""
    delimiter, names = head(file)
    columns = ", ".join(f"'{quoted_text(name)}': 'VARCHAR'" for name in names)
    try:
        connection.execute(
            "SELECT count(*) FROM read_csv(?, auto_detect = false, header = true, quote = '\"', "
            f"escape = '\"', delim = '{quoted_text(delimiter)}', store_rejects = true, "
            f"columns = {{{columns}}})",
            [str(file)],
        ).fetchall()  # to the end, which is when the faults can be seen
        fault = connection.execute(
            "SELECT line, column_idx, error_type::VARCHAR, "
            "(SELECT count(DISTINCT line) FROM reject_errors), csv_line "
            "FROM reject_errors ORDER BY line, column_idx LIMIT 1"
        ).fetchone()
    except duckdb.Error:
        return ""
    return _sentence(fault, len(names)) if fault else ""


def head(file: Path) -> tuple[str, list[str]]:
    """What parts the columns of the first row, and their names."""
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as opened:
        start = opened.read(2**16)
    first = start.splitlines()[0] if start.strip() else ""
    parted = {mark: next(csv.reader([first], delimiter=mark), [""]) for mark in ",;\t|"}
    delimiter, names = max(parted.items(), key=lambda item: len(item[1]))
    return delimiter, unique(name.strip() or "column" for name in names)


def _sentence(fault: tuple[int, int, str, int, str], width: int) -> str:
    row, column, kind, count, line = fault
    what = {
        "TOO MANY COLUMNS": f"there are more than the {width} columns of the first row",
        "MISSING COLUMNS": f"there are fewer than the {width} columns of the first row",
        "UNQUOTED VALUE": "a quotation mark is not closed",
        "LINE SIZE OVER MAXIMUM": "the row is too long; a quotation mark may not be closed",
    }.get(kind.upper(), kind.lower())
    others = f" {count_of(count - 1, 'more row is', 'more rows are')} wrong." if count > 1 else ""
    return f"Row {row}, column {column}: {what}: {line[:120]!r}.{others}"
