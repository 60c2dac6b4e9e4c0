"""What may run: one statement that the engine's own parser calls a SELECT, all the way down.

The type of the statement alone is not enough: WITH may hold INSERT, DELETE or COPY … TO, and the
whole is still a SELECT. So the parser's tree is looked through as well.
"""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

import duckdb

from routing.data.child.engine import words_of
from routing.data.errors import QueryRefused

READING_NODES = {
    *("SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE", "BOUND_SUBQUERY_NODE")
}


# What tells of the server instead of the data, as where the file lies.
TELLING = {
    *(
        "duckdb_databases",
        "pragma_database_list",
        "duckdb_settings",
        "pg_settings",
        "current_setting",
    ),
    *("duckdb_extensions", "duckdb_secrets", "duckdb_temporary_files", "duckdb_variables"),
    *("duckdb_logs", "duckdb_logs_parsed", "duckdb_log_contexts", "duckdb_external_file_cache"),
    "json_execute_serialized_sql",
}
# What only takes time, and with it one of the few places.
SLEEPING = {"sleep_ms", "pg_sleep"}
WITHIN = {"query", "query_table"}
"""They take a query, or a table's name, as text."""
# No word of a query that only reads, unless it is quoted or a text. The engine makes several
# statements of a PIVOT that finds its columns itself, and shows the tree of none.
WRITING = {
    *(
        "alter",
        "analyze",
        "attach",
        "call",
        "checkpoint",
        "comment",
        "copy",
        "create",
        "deallocate",
    ),
    *("delete", "detach", "drop", "execute", "explain", "export", "import", "insert", "install"),
    *("into", "load", "merge", "pragma", "prepare", "reset", "set", "truncate", "update", "use"),
    "vacuum",
}


def one_select(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """The query in the engine's own words, without comments and semicolons."""
    try:
        statements = connection.extract_statements(sql)
        if (count := len(statements)) != 1:
            found = f"These are {count} statements." if count else "There is none here."
            raise QueryRefused(f"A query is exactly one SELECT. {found}")
        if is_pivot(statements[0], sql):
            return one_pivot(sql)
        refuse_other_types(statements[0])
        refuse_other_nodes(connection, sql)
        written = _value(connection, "json_deserialize_sql(json_serialize_sql(?::VARCHAR))", sql)
    except (duckdb.InterruptException, duckdb.OutOfMemoryException):
        raise
    except (duckdb.Error, RecursionError) as error:
        raise QueryRefused(words_of(error)) from None
    return written


def is_pivot(statement: duckdb.Statement, sql: str) -> bool:
    try:
        is_several = statement.type == duckdb.StatementType.MULTI
    except ValueError:
        return False
    return is_several and not {"pivot", "pivot_wider"}.isdisjoint(words_in(sql))


def one_pivot(sql: str) -> str:
    """As it was written, without what stands behind its end."""
    for word in words_in(sql):
        if word in WRITING:
            refuse(word.upper())
        if word.strip('"') in TELLING | WITHIN:
            refuse_telling(word)
        if word.strip('"') in SLEEPING:
            refuse_sleeping(word)
    length = 0
    for piece, kind in pieces_of(sql):
        if kind == STRING and without_comment(piece).strip("'") in TELLING:  # a table's name, too
            refuse_telling(piece.strip())
        if kind == OPERATOR and piece.startswith(";"):
            return sql[:length]
        length += len(piece)
    return sql


OPERATOR, STRING = duckdb.token_type.operator, duckdb.token_type.string_const
CONSTANTS = (STRING, duckdb.token_type.numeric_const, duckdb.token_type.comment)
BLANK = re.compile("[\u00a0\u2000-\u200d\u202f\u205f\u2060\u3000\ufeff]")


def pieces_of(sql: str) -> Iterator[tuple[str, object]]:
    """Each token with what stands behind it, and its kind; together they are as long as the text.
    The engine counts bytes, of a text in which each of these blanks is a plain one."""
    plain = BLANK.sub(" ", sql)
    data = plain.encode()
    tokens = [(0, CONSTANTS[-1]), *duckdb.tokenize(plain), (len(data), OPERATOR)]
    for (start, kind), (end, _) in pairwise(tokens):
        yield data[start:end].decode(), kind


def words_in(sql: str) -> Iterator[str]:
    """Keywords and names; a quoted name with its quotation marks."""
    for piece, kind in pieces_of(sql):
        if kind != OPERATOR and kind not in CONSTANTS:
            yield without_comment(piece)


def without_comment(piece: str) -> str:
    return piece.split("--")[0].split("/*")[0].strip().lower()


def refuse_other_types(statement: duckdb.Statement) -> None:
    try:
        kind = statement.type
    except ValueError:  # newer than the package's list of them
        kind = None
    if kind != duckdb.StatementType.SELECT:
        refuse(kind.name if kind else "another statement")


def refuse_other_nodes(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    tree = _tree_of(connection, sql)
    if tree.get("error"):
        raise QueryRefused(str(tree.get("error_message", "This is no SELECT.")))
    for one in objects_of(tree):
        kind = one.get("type")
        if isinstance(kind, str) and kind.endswith("_NODE") and kind not in READING_NODES:
            refuse(kind.removesuffix("_NODE").removesuffix("_QUERY"))
        name = str(one.get("function_name") or one.get("table_name") or "").lower()
        if name in TELLING:
            refuse_telling(name)
        if name in SLEEPING:
            refuse_sleeping(name)
        if name in WITHIN and "function_name" in one:
            _look_into(connection, name, one)


def _look_into(
    connection: duckdb.DuckDBPyConnection, name: str, function: Mapping[str, object]
) -> None:
    """What is within has to be plain text, which is looked at in the same way: a cast could make
    another one of it."""
    for one in objects_of(function.get("arguments")):
        if "class" in one and one["class"] != "CONSTANT" and not _is_list(one):
            refuse_telling(name)
        text = one.get("text") if one.get("kind") == "STRING" else None
        if not isinstance(text, str):
            continue
        if text.lower().strip('" ').rpartition(".")[2].strip('"') in TELLING:
            refuse_telling(name)
        if name == "query" and not _tree_of(connection, text).get("error"):
            refuse_other_nodes(connection, text)  # what cannot be read is the engine's to refuse


def _is_list(one: Mapping[str, object]) -> bool:
    return one.get("function_name") == "list_value" or one.get("type") == "ARRAY_CONSTRUCTOR"


def _tree_of(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[str, object]:
    tree: dict[str, object] = json.loads(_value(connection, "json_serialize_sql(?::VARCHAR)", sql))
    return tree


def objects_of(tree: object) -> Iterator[dict[str, object]]:
    """All of the tree, however deep."""
    waiting = [tree]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            waiting += one.values()
            yield one


def refuse_telling(name: str) -> None:
    raise QueryRefused(f"{name} tells of the server, and not of the data, so it is not answered.")


def refuse_sleeping(name: str) -> None:
    raise QueryRefused(f"{name} only takes time, which others wait for, so it is not answered.")


def refuse(kind: str) -> None:
    raise QueryRefused(f"Only SELECT is allowed here: the data cannot be changed. This is {kind}.")


def _value(connection: duckdb.DuckDBPyConnection, expression: str, sql: str) -> str:
    row = connection.execute(f"SELECT {expression}", [sql]).fetchone()
    return str(row[0]) if row else ""
