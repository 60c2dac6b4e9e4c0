"""What may run: one statement that the engine's own parser calls a SELECT, all the way down.

The type of the statement alone is not enough: WITH may hold INSERT, DELETE or COPY … TO, and the
whole is still a SELECT. So the parser's tree is looked through as well.
"""

import json
from collections.abc import Iterator

import duckdb

from routing.data.child.engine import words_of
from routing.data.errors import QueryRefused

READING_NODES = {
    *("SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE", "BOUND_SUBQUERY_NODE")
}


def one_select(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """The query in the engine's own words, without comments and semicolons."""
    try:
        statements = connection.extract_statements(sql)
        if (count := len(statements)) != 1:
            found = f"These are {count} statements." if count else "There is none here."
            raise QueryRefused(f"A query is exactly one SELECT. {found}")
        refuse_other_types(statements[0])
        refuse_other_nodes(connection, sql)
        written = _value(connection, "json_deserialize_sql(json_serialize_sql(?::VARCHAR))", sql)
    except (duckdb.InterruptException, duckdb.OutOfMemoryException):
        raise
    except (duckdb.Error, RecursionError) as error:
        raise QueryRefused(words_of(error)) from None
    return written


def refuse_other_types(statement: duckdb.Statement) -> None:
    try:
        kind = statement.type
    except ValueError:  # newer than the package's list of them
        kind = None
    if kind != duckdb.StatementType.SELECT:
        refuse(kind.name if kind else "another statement")


def refuse_other_nodes(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    tree = json.loads(_value(connection, "json_serialize_sql(?::VARCHAR)", sql))
    if tree.get("error"):
        raise QueryRefused(str(tree.get("error_message", "This is no SELECT.")))
    for node in query_nodes(tree):
        if node not in READING_NODES:
            refuse(node.removesuffix("_QUERY_NODE"))


def query_nodes(tree: object) -> Iterator[str]:
    """The types of all queries in the tree, however deep."""
    waiting = [tree]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            waiting += one.values()
            kind = one.get("type")
            if isinstance(kind, str) and kind.endswith("_NODE"):
                yield kind


def refuse(kind: str) -> None:
    raise QueryRefused(f"Only SELECT is allowed here: the data cannot be changed. This is {kind}.")


def _value(connection: duckdb.DuckDBPyConnection, expression: str, sql: str) -> str:
    row = connection.execute(f"SELECT {expression}", [sql]).fetchone()
    return str(row[0]) if row else ""
