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
from routing.data.child.header import column_names, refuse_width, text_of
from routing.data.child.naming import unique
from routing.data.errors import NotReadable
from routing.data.types import Tell

# Stands for an empty cell; no text begins with this control character.
EMPTY = "\x1aNULL"
csv.field_size_limit(64 * 2**20)
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
    """A row may be longer than the header; a column without a name and without a value is none."""
    given = [text_of(name) for name in header]
    types: list[set[str]] = [set() for _ in given]
    staged = Path.cwd() / "staged.csv"
    try:
        _write(staged, rows, types, tell)
        refuse_width(len(types), f"Table {table}")
        kept = [at for at, seen in enumerate(types) if seen or (at < len(given) and given[at])]
        if not kept:
            return
        if len(types) > len(given):
            _pad(staged, len(types))
        names = unique(column_names(given, len(types)))
        columns = {name: type_of(seen) for name, seen in zip(names, types, strict=True)}
        _load(connection, table, staged, columns, [names[at] for at in kept])
    finally:
        staged.unlink(missing_ok=True)


def _write(path: Path, rows: Iterable[Sequence[object]], types: list[set[str]], tell: Tell) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for number, row in enumerate(rows, start=1):
            length = max((at for at, value in enumerate(row, 1) if value is not None), default=0)
            types.extend(set() for _ in range(length - len(types)))
            width = len(types)
            values = [*row[:width], *[None] * (width - len(row))]
            for value, seen in zip(values, types, strict=True):
                if value is not None:
                    seen.add(type(value).__name__ if not _is_huge(value) else "float")
            writer.writerow([_stage_value(value) for value in values])
            if number % TOLD_EVERY == 0:
                tell({"rows_read": number})


def _pad(path: Path, width: int) -> None:
    """Rows that were written before a longer one came."""
    rough = path.with_name("rough.csv")
    path.replace(rough)
    with (
        rough.open(encoding="utf-8", newline="") as source,
        path.open("w", encoding="utf-8", newline="") as target,
    ):
        writer = csv.writer(target, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerows([*row, *[EMPTY] * (width - len(row))] for row in csv.reader(source))
    rough.unlink()


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
    connection: duckdb.DuckDBPyConnection,
    table: str,
    path: Path,
    columns: dict[str, str],
    kept: Sequence[str],
) -> None:
    wanted = ", ".join(map(quoted_name, kept))
    described = ", ".join(f"'{quoted_text(n)}': '{t}'" for n, t in columns.items())
    try:
        connection.execute(
            f"CREATE TABLE {quoted_name(table)} AS SELECT {wanted} FROM read_csv(?, "
            f"header = false, auto_detect = false, delim = ',', quote = '\"', escape = '\"', "
            f"new_line = '\\n', "
            f"nullstr = '{EMPTY}', allow_quoted_nulls = true, max_line_size = 67108864, "
            f"columns = {{{described}}})",
            [str(path)],
        )
    except (duckdb.InvalidInputException, duckdb.ConversionException) as error:
        raise NotReadable(f"Table {table}: {error}") from None
