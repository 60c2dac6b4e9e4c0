"""Rows by SQL that is made once, for the few places where somebody waits for each of them.

From a queryset to its SQL takes Django ten times as long as SQLite takes from there to the rows: a
millisecond for a row with those that it refers to. So the SQL is kept, and run with other values;
values and rows are the ORM's own, for every database. No signals are sent, as nobody listens.
"""

from collections.abc import Callable, Sequence
from copy import copy
from datetime import UTC, datetime
from functools import cache
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model, QuerySet

type Value = int | str | UUID | datetime

STAND_INS: dict[type, Callable[[int], Value]] = {
    int: lambda number: 9_100_000_000_000_000 + number,
    str: lambda number: f"value {number} of a question that is kept",
    UUID: lambda number: UUID(int=2**127 + number),
    datetime: lambda number: datetime(2999, 1, 1, 1, 1, number, 1, tzinfo=UTC),
}
"""By type, what stands for a value while the SQL is made; nothing else in it is equal to one."""


class KeptQuery[T]:
    """What the queryset finds that `ask` makes from values of these types; nothing prefetched."""

    def __init__(self, ask: Callable[..., QuerySet[Any, T]], *types: type) -> None:
        self._ask, self._types = ask, types
        self._kept: dict[str, Callable[[tuple[Value, ...]], list[T]]] = {}

    def __call__(self, *values: Value) -> list[T]:
        run = self._kept.get(connection.vendor)
        if run is None:
            run = self._kept[connection.vendor] = self._compile()
        return run(values)

    def first(self, *values: Value) -> T | None:
        return next(iter(self(*values)), None)

    def _compile(self) -> Callable[[tuple[Value, ...]], list[T]]:
        stand_ins = [STAND_INS[kind](number) for number, kind in enumerate(self._types)]
        rows: Any = self._ask(*stand_ins)
        made: Any = rows.query.get_compiler(connection=connection)
        sql, params = made.as_sql()
        converters = made.get_converters([expression for expression, *_ in made.select])
        made.connection = None  # that of this thread
        places = {_adapt(one): number for number, one in enumerate(stand_ins)}

        def run(values: tuple[Value, ...]) -> list[T]:
            given = (_adapt(values[places[one]]) if one in places else one for one in params)
            statement = (sql, tuple(given))
            compiler = copy(made)
            compiler.connection = connection
            compiler.as_sql = lambda *_, **__: statement
            compiler.get_converters = lambda _: converters
            query = copy(rows.query)
            query.get_compiler = lambda *_, **__: compiler
            found = SimpleNamespace(**{**vars(rows), "query": query, "db": connection.alias})
            return list(rows._iterable_class(found))

        return run


def _adapt(value: Value) -> Value:
    if isinstance(value, UUID):
        return value if connection.features.has_native_uuid_field else value.hex
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)  # type: ignore[return-value]
    return value


def insert_row(row: Model) -> None:
    """A new row, as `save` would write it."""
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(_insertion(type(row)), values)
        row.pk = cursor.fetchone()[0]
    row._state.adding, row._state.db = False, connection.alias


@cache
def _insertion(model: type[Model]) -> str:
    names = [field.column for field in model._meta.concrete_fields if not field.primary_key]
    columns, values = ", ".join(map(_quote, names)), ", ".join(["%s"] * len(names))
    table, key = _quote(model._meta.db_table), _quote(model._meta.pk.column)
    return f"INSERT INTO {table} ({columns}) VALUES ({values}) RETURNING {key}"  # noqa: S608


def update_row(row: Model, *names: str, where: str = "", among: Sequence[str] = ()) -> bool:
    """As `save(update_fields=names)`; only while the column `where`, if one is named, holds one of
    these values. Whether there was such a row."""
    fields = [row._meta.get_field(name) for name in names]
    values = [field.get_db_prep_save(field.pre_save(row, False), connection) for field in fields]  # type: ignore[union-attr]
    with connection.cursor() as cursor:
        cursor.execute(_update(type(row), names, where, len(among)), [*values, row.pk, *among])
        return bool(cursor.rowcount)


@cache
def _update(model: type[Model], names: tuple[str, ...], where: str, count: int) -> str:
    changes = ", ".join(f"{column} = %s" for column in _columns(model, names))
    table, key = _quote(model._meta.db_table), _quote(model._meta.pk.column)
    condition = f" AND {_quote(where)} IN ({', '.join(['%s'] * count)})" if where else ""
    return f"UPDATE {table} SET {changes} WHERE {key} = %s{condition}"  # noqa: S608


def upsert_rows(rows: Sequence[Model], *, same: tuple[str, ...], changed: tuple[str, ...]) -> None:
    """New rows, or the `changed` fields of those that are the `same`. Keys are not told."""
    if not rows:
        return
    model = type(rows[0])
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    values = [
        [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
        for row in rows
    ]
    with connection.cursor() as cursor:
        if len(values) == 1:
            cursor.execute(_upsertion(model, same, changed), values[0])
        else:
            cursor.executemany(_upsertion(model, same, changed), values)


@cache
def _upsertion(model: type[Model], same: tuple[str, ...], changed: tuple[str, ...]) -> str:
    insertion = _insertion(model).rpartition(" RETURNING ")[0]
    changes = ", ".join(f"{one} = EXCLUDED.{one}" for one in _columns(model, changed))
    return f"{insertion} ON CONFLICT ({', '.join(_columns(model, same))}) DO UPDATE SET {changes}"


def _columns(model: type[Model], names: tuple[str, ...]) -> list[str]:
    return [_quote(model._meta.get_field(name).column) for name in names]  # type: ignore[union-attr]


def _quote(name: str | None) -> str:
    """In the same way for SQLite and PostgreSQL."""
    return f'"{name}"'
