"""JSON by the engine's own reader: a list of objects, or one object a line."""

from pathlib import Path

import duckdb

from routing.data.child.engine import quoted_name
from routing.data.child.naming import table_name
from routing.data.types import Tell


def read(connection: duckdb.DuckDBPyConnection, file: Path, name: str, tell: Tell) -> None:
    table = quoted_name(table_name(name))
    source = "read_json(?, maximum_object_size = 67108864)"
    connection.execute(f"CREATE TABLE {table} AS SELECT * FROM {source}", [str(file)])
