"""The tables that a PostgreSQL role may read."""

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

from routing.data.child.cells import cell
from routing.data.child.describe import CHARACTERS, TABLES
from routing.data.child.postgres import read_only
from routing.data.errors import SourceUnavailable
from routing.data.types import Column, Job, Row, Table, Tell, as_json

SAMPLED_TABLES = 20
SAMPLE_ROWS = 3

READABLE = """
SELECT c.oid, n.nspname, c.relname, greatest(c.reltuples, 0)::bigint
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%%'
  AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
ORDER BY n.nspname = 'public' DESC, n.nspname, c.relname LIMIT %s
"""
COLUMNS = """
SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
WHERE attrelid = %s AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""


def run(job: Job, tell: Tell) -> None:
    with read_only(job["url"], job["seconds"]) as connection:
        try:
            found = connection.execute(READABLE, [TABLES]).fetchall()
            tables = [
                table(connection, row, with_sample=number < SAMPLED_TABLES)
                for number, row in enumerate(found)
            ]
        except psycopg.Error as error:
            raise SourceUnavailable(f"The tables cannot be listed: {error}") from None
    tell({"tables": as_json(tables)})


def table(connection: psycopg.Connection[TupleRow], row: TupleRow, with_sample: bool) -> Table:
    oid, schema, relation, estimate = row
    columns = connection.execute(COLUMNS, [oid]).fetchall()
    name = relation if schema == "public" else f"{schema}.{relation}"
    sample = sample_of(connection, schema, relation) if with_sample else ()
    return Table(name, estimate, tuple(Column(*column) for column in columns), sample)


def sample_of(
    connection: psycopg.Connection[TupleRow], schema: str, relation: str
) -> tuple[Row, ...]:
    """Some rows; none where the view fails or takes long."""
    source = sql.Identifier(schema, relation)
    query = sql.SQL("SELECT * FROM {} LIMIT {}").format(source, SAMPLE_ROWS)
    try:
        with connection.transaction():
            rows = connection.execute(query).fetchall()
    except psycopg.Error:
        return ()
    return tuple(tuple(cell(value, CHARACTERS) for value in row) for row in rows)
