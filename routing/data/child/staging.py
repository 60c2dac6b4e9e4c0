"""Rows from another reader than the engine's, on their way into a table.

They are written to a text file while the types of their values are noted, and read from there by
the engine with exactly these types: no guessing, so that a text "007" stays one.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path

import duckdb

from chatstudio.base.text import clean_text
from routing.data.child.engine import quoted_name, quoted_text
from routing.data.child.naming import unique
from routing.data.errors import NotReadable
from routing.data.types import Tell

# Stands for an empty cell; no text begins with this control character.
EMPTY = "\x1aNULL"
TOLD_EVERY = 20_000


class Counter:
    """Counts the rows as they are read, so that a fault can say where it is."""

    def __init__(self) -> None:
        self.rows = 0

    def count_while_reading[T](self, rows: Iterable[T]) -> Iterator[T]:
        for row in rows:
            self.rows += 1
            yield row


def fill(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    header: Sequence[object],
    rows: Iterable[Sequence[object]],
    tell: Tell,
) -> None:
    names = unique(str(name).strip() or f"column{n}" for n, name in enumerate(header, start=1))
    if not names:
        return
    types: list[set[str]] = [set() for _ in names]
    staged = Path.cwd() / "staged.csv"
    try:
        _write(staged, rows, types, tell)
        columns = {name: type_of(seen) for name, seen in zip(names, types, strict=True)}
        _load(connection, table, staged, columns)
    finally:
        staged.unlink(missing_ok=True)


def _write(path: Path, rows: Iterable[Sequence[object]], types: list[set[str]], tell: Tell) -> None:
    width = len(types)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for number, row in enumerate(rows, start=1):
            values = [*row[:width], *[None] * (width - len(row))]
            for value, seen in zip(values, types, strict=True):
                if value is not None:
                    seen.add(type(value).__name__ if not _is_huge(value) else "float")
            writer.writerow([_stage_value(value) for value in values])
            if number % TOLD_EVERY == 0:
                tell({"rows_read": number})


def _is_huge(value: object) -> bool:
    return type(value) is int and abs(value) >= 2**63


def _stage_value(value: object) -> str:
    if value is None:
        return EMPTY
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return "".join(f"\\x{byte:02X}" for byte in value)
    return clean_text(str(value))


def type_of(seen: set[str]) -> str:
    if seen == {"int"}:
        return "BIGINT"
    if seen and seen <= {"int", "float"}:
        return "DOUBLE"
    if seen and seen <= {"date", "datetime"}:
        return "TIMESTAMP" if "datetime" in seen else "DATE"
    single = {"bool": "BOOLEAN", "time": "TIME", "bytes": "BLOB"}
    return single.get(next(iter(seen)), "VARCHAR") if len(seen) == 1 else "VARCHAR"


def _load(
    connection: duckdb.DuckDBPyConnection, table: str, path: Path, columns: dict[str, str]
) -> None:
    described = ", ".join(f"'{quoted_text(n)}': '{t}'" for n, t in columns.items())
    try:
        connection.execute(
            f"CREATE TABLE {quoted_name(table)} AS SELECT * FROM read_csv(?, header = false, "
            f"auto_detect = false, delim = ',', quote = '\"', escape = '\"', new_line = '\\n', "
            f"nullstr = '{EMPTY}', allow_quoted_nulls = true, max_line_size = 67108864, "
            f"columns = {{{described}}})",
            [str(path)],
        )
    except (duckdb.InvalidInputException, duckdb.ConversionException) as error:
        raise NotReadable(f"Table {table}: {error}") from None
