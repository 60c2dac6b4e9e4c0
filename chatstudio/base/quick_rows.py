"""Rows by SQL that is made once, for the few places where somebody waits for each of them.

From a queryset to its SQL takes Django ten times as long as SQLite takes from there to the rows: a
millisecond for a row with those that it refers to. So the SQL is kept, and run with other values;
values and rows are the ORM's own, for every database. No signals are sent, as nobody listens.
"""

from collections.abc import Callable
from copy import copy
from functools import cache
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable

type Value = int | str | UUID

STAND_INS: dict[type, Callable[[int], Value]] = {
    int: lambda number: 9_100_000_000_000_000 + number,
    str: lambda number: f"value {number} of a question that is kept",
    UUID: lambda number: UUID(int=2**127 + number),
}
"""By type, what stands for a value while the SQL is made; nothing else in it is equal to one."""


class KeptQuery[M: Model]:
    """Rows as the queryset that `ask` makes from values of these types, also with `select_related`,
    but not prefetched."""

    def __init__(self, ask: Callable[..., QuerySet[M]], *types: type) -> None:
        self._ask, self._types = ask, types
        self._kept: dict[str, Callable[[tuple[Value, ...]], list[M]]] = {}

    def __call__(self, *values: Value) -> list[M]:
        run = self._kept.get(connection.vendor)
        if run is None:
            run = self._kept[connection.vendor] = self._compile()
        return run(values)

    def first(self, *values: Value) -> M | None:
        return next(iter(self(*values)), None)

    def _compile(self) -> Callable[[tuple[Value, ...]], list[M]]:
        stand_ins = [STAND_INS[kind](number) for number, kind in enumerate(self._types)]
        rows = self._ask(*stand_ins)
        made: Any = rows.query.get_compiler(connection=connection)
        sql, params = made.as_sql()
        converters = made.get_converters([expression for expression, *_ in made.select])
        places = {_adapt(one): number for number, one in enumerate(stand_ins)}

        def run(values: tuple[Value, ...]) -> list[M]:
            given = (_adapt(values[places[one]]) if one in places else one for one in params)
            statement = (sql, tuple(given))
            compiler = copy(made)
            compiler.connection = connection
            compiler.as_sql = lambda *_, **__: statement
            compiler.get_converters = lambda _: converters
            found: Any = SimpleNamespace(
                query=SimpleNamespace(get_compiler=lambda using: compiler),
                model=rows.model,
                db=connection.alias,
                _fetch_mode=rows._fetch_mode,  # type: ignore[attr-defined]
                _known_related_objects={},
            )
            return list(ModelIterable(found))

        return run


def _adapt(value: Value) -> Value:
    is_text = isinstance(value, UUID) and not connection.features.has_native_uuid_field
    return value.hex if is_text else value  # type: ignore[union-attr]


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


def update_row(row: Model, *names: str) -> bool:
    """As `save(update_fields=names)`. Whether the row was there."""
    fields = [row._meta.get_field(name) for name in names]
    values = [field.get_db_prep_save(field.pre_save(row, False), connection) for field in fields]  # type: ignore[union-attr]
    with connection.cursor() as cursor:
        cursor.execute(_update(type(row), names), [*values, row.pk])
        return bool(cursor.rowcount)


@cache
def _update(model: type[Model], names: tuple[str, ...]) -> str:
    columns = [_quote(model._meta.get_field(name).column) for name in names]  # type: ignore[union-attr]
    changes = ", ".join(f"{column} = %s" for column in columns)
    table, key = _quote(model._meta.db_table), _quote(model._meta.pk.column)
    return f"UPDATE {table} SET {changes} WHERE {key} = %s"  # noqa: S608


def _quote(name: str) -> str:
    """In the same way for SQLite and PostgreSQL."""
    return f'"{name}"'
