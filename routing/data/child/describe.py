"""What a model and a person should know of the tables before they ask: columns, types, the ends
of their values or all of them where they are few, and some rows."""

import duckdb

from routing.data.child.cells import cell, kind_of
from routing.data.child.engine import quoted_name
from routing.data.types import Column, Table

SAMPLE_ROWS = 5
FEW = 12
TABLES = 200
COLUMNS_AT_ONCE = 100
CHARACTERS = 60


def describe(connection: duckdb.DuckDBPyConnection) -> list[Table]:
    rows = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE NOT internal AND NOT temporary "
        "ORDER BY table_oid LIMIT ?",
        [TABLES],
    ).fetchall()
    return [_table(connection, str(name)) for (name,) in rows]


def _table(connection: duckdb.DuckDBPyConnection, name: str) -> Table:
    source = quoted_name(name)
    counted = connection.execute(f"SELECT count(*) FROM {source}").fetchone()
    listed = connection.execute(
        "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = ? "
        "ORDER BY column_index",
        [name],
    ).fetchall()
    columns = [
        column
        for start in range(0, len(listed), COLUMNS_AT_ONCE)
        for column in _columns(connection, source, listed[start : start + COLUMNS_AT_ONCE])
    ]
    found = connection.execute(f"SELECT * FROM {source} LIMIT {SAMPLE_ROWS}").fetchall()
    sample = tuple(tuple(cell(value, CHARACTERS) for value in row) for row in found)
    return Table(name, counted[0] if counted else 0, tuple(columns), sample)


def _columns(
    connection: duckdb.DuckDBPyConnection, source: str, listed: list[tuple[str, str]]
) -> list[Column]:
    """Ends and rough counts of many columns in one pass."""
    wanted = ", ".join(_measures(name, type_) for name, type_ in listed)
    measured = connection.execute(f"SELECT {wanted} FROM {source}").fetchone() or ()
    columns = []
    for number, (name, type_) in enumerate(listed):
        low, high, distinct = (cell(v, CHARACTERS) for v in measured[number * 3 : number * 3 + 3])
        is_few = isinstance(distinct, int) and 0 < distinct <= FEW
        values = _values(connection, source, name, type_) if is_few else ()
        ends = ("", "") if values or low is None else (str(low), str(high))
        columns.append(Column(name, type_, *ends, values=values))
    return columns


def _measures(name: str, type_: str) -> str:
    column = quoted_name(name)
    is_plain = type_.startswith(("VARCHAR", "BOOLEAN", "UUID", "TIME")) and not type_.endswith("]")
    if kind_of(type_) == "text" and not is_plain:
        return "NULL, NULL, NULL"
    return f"min({column}), max({column}), approx_count_distinct({column})"


def _values(
    connection: duckdb.DuckDBPyConnection, source: str, name: str, type_: str
) -> tuple[str, ...]:
    """All values of a column of text that has few; numbers and times are told by their ends."""
    if not type_.startswith(("VARCHAR", "BOOLEAN", "ENUM")):
        return ()
    column = quoted_name(name)
    found = connection.execute(
        f"SELECT DISTINCT {column} FROM {source} WHERE {column} IS NOT NULL "
        f"ORDER BY 1 LIMIT {FEW + 1}"
    ).fetchall()
    if len(found) > FEW:  # the count was a rough one
        return ()
    return tuple(str(cell(value, CHARACTERS)) for (value,) in found)
