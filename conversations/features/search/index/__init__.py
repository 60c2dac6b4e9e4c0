"""The index: made by a migration, kept right by triggers, filled, rebuilt and checked here.

Triggers and views stand only while no migration runs. SQLite cannot rename a table that a view or
another table's trigger names, and drops triggers without a word where Django rebuilds a table;
PostgreSQL cannot change the type of a column that a trigger names. So they are taken down before
migrations of this app and put up after them (apps.py), and what was written meanwhile is indexed by
filling the index anew.
"""

from collections.abc import Callable, Sequence
from types import ModuleType

from django.db import DatabaseError, connection, transaction

from conversations.features.search.index import postgresql, sqlite
from conversations.features.search.index.what import (
    CONVERSATION,
    ENTRY,
    LEFT_OVER,
    MESSAGE,
    MISSING,
)

AT_ONCE = 2_000  # messages in one short transaction, so that writers never wait long
REBUILD = "Rebuild it: manage.py rebuild_search."

type Progress = Callable[[int, int], None]


def definition() -> ModuleType:
    return {"sqlite": sqlite, "postgresql": postgresql}[connection.vendor]


def _run(statements: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _number(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        row = cursor.fetchone()
        return int(row[0] or 0) if row else 0


def _missing_names() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(definition().THERE)
        return set(definition().NAMES) - {row[0] for row in cursor.fetchall()}


def has_tables() -> bool:
    return ENTRY not in _missing_names()


def is_up() -> bool:
    return not _missing_names()


def create_tables() -> None:
    _run(definition().TABLES)


def drop_tables() -> None:
    _run([*definition().DOWN, *definition().DROP])


def take_down() -> None:
    _run(definition().DOWN)


def rebuild(progress: Progress | None = None) -> int:
    """Everything anew; how many messages are in it. The server may run: searches find little at
    first, then more and more, and what is written meanwhile is found at once."""
    with transaction.atomic():
        drop_tables()
        create_tables()
        _run(definition().UP)
        _fill(definition().FILL_TITLES, CONVERSATION)
    _fill(definition().FILL, MESSAGE, progress)
    return _number(f"SELECT count(*) FROM {ENTRY}")


def _fill(sql: str, table: str, progress: Progress | None = None) -> None:
    last = _number(f"SELECT max(id) FROM {table}")
    for start in range(0, last, AT_ONCE):
        with connection.cursor() as cursor:
            cursor.execute(sql, [start, start + AT_ONCE])
        if progress:
            progress(min(start + AT_ONCE, last), last)


def index_problems(*, thorough: bool = False) -> list[str]:
    """What is wrong with the index, in sentences; nothing if it is right. `thorough` compares every
    word of it with the messages, which takes about as long as rebuilding."""
    if missing := _missing_names():
        parts = ", ".join(sorted(missing))
        return [f"Parts of the search index are missing ({parts}). {REBUILD}"]
    found = []
    if count := _number(MISSING):
        found.append(f"{count} finished messages are missing in the search index. {REBUILD}")
    if count := _number(LEFT_OVER):
        found.append(f"{count} messages in the search index are not there any more. {REBUILD}")
    if thorough and not found and not _is_equal():
        found.append(f"The search index does not hold what the messages say. {REBUILD}")
    return found


def _is_equal() -> bool:
    """An answer other than zero, or an error of the engine, is a difference."""
    try:
        with transaction.atomic():
            return not sum(_number(sql) for sql in definition().COMPARE)
    except DatabaseError:
        return False
