"""SQLite databases by Python's own reader. Their tables are read; views and virtual tables, which
may run code of the file, are not."""

import sqlite3

import duckdb

from chatstudio.base.words import group_digits
from routing.data.child.engine import quoted_name
from routing.data.child.naming import unique
from routing.data.child.staging import Counter, fill
from routing.data.child.upload import Outcome, Upload
from routing.data.errors import NotReadable
from routing.data.types import Tell


def read(connection: duckdb.DuckDBPyConnection, upload: Upload, tell: Tell) -> Outcome:
    source = sqlite3.connect(f"{upload.file.as_uri()}?mode=ro&immutable=1", uri=True)
    source.text_factory = lambda raw: raw.decode("utf-8", "replace")
    try:
        source.execute("PRAGMA trusted_schema = OFF")
        source.execute("PRAGMA cell_size_check = ON")
        names = _tables(source)
        for original, table in zip(names, unique(names), strict=True):
            _read_table(connection, source, original, table, tell)
    except sqlite3.DatabaseError as error:
        raise NotReadable(f"This is not a whole SQLite database: {error}.") from None
    finally:
        source.close()
    return Outcome()


def _tables(source: sqlite3.Connection) -> list[str]:
    listed = source.execute(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
        "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
    )
    return [name for (name,) in listed]


def _read_table(
    connection: duckdb.DuckDBPyConnection,
    source: sqlite3.Connection,
    original: str,
    table: str,
    tell: Tell,
) -> None:
    counter = Counter()
    try:
        cursor = source.execute(f"SELECT * FROM {quoted_name(original)}")
        header = [column for column, *_ in cursor.description]
        fill(connection, table, header, counter.count_while_reading(cursor), tell)
    except sqlite3.DatabaseError as error:
        place = f"Table {original}, after row {group_digits(counter.rows)}"
        raise NotReadable(f"{place}: {error}.") from None
