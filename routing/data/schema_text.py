"""What a model is told of a source's tables, within a number of characters."""

from collections.abc import Callable, Sequence

from chatstudio.base.words import count_of
from routing.data.types import Column, Table

BUDGET = 6_000


def schema_text(tables: Sequence[Table], budget: int = BUDGET) -> str:
    """As much as fits: first the sample rows go, then the values, then the types; then tables."""
    for told in (with_sample, with_values, with_types, with_names):
        text = "\n\n".join(map(told, tables))
        if len(text) <= budget:
            return text
    return _as_many_as_fit(tables, budget)


def with_sample(table: Table) -> str:
    lines = [" | ".join(_example_text(cell) for cell in row) for row in table.sample]
    sample = "\n".join(["  some rows:", *(f"    {line}" for line in lines)]) if lines else ""
    return f"{with_values(table)}\n{sample}".rstrip()


def with_values(table: Table) -> str:
    return _table(table, lambda column: f"{sql_name(column.name)} {column.type}{_ends(column)}")


def with_types(table: Table) -> str:
    return _table(table, lambda column: f"{sql_name(column.name)} {column.type}")


def with_names(table: Table) -> str:
    columns = ", ".join(sql_name(column.name) for column in table.columns)
    return f"{sql_name(table.name)} ({columns})"


def _table(table: Table, told: Callable[[Column], str]) -> str:
    lines = (f"  {told(column)}" for column in table.columns)
    return "\n".join([f"Table {sql_name(table.name)}, {count_of(table.rows, 'row')}:", *lines])


def _ends(column: Column) -> str:
    if column.values:
        return f": one of {', '.join(map(repr, column.values))}"
    return f": {column.low} to {column.high}" if column.low or column.high else ""


def sql_name(name: str) -> str:
    """Quoted where SQL wants it so."""
    parts = name.split(".")
    if all(part.isidentifier() and part == part.lower() for part in parts):
        return name
    return '"' + name.replace('"', '""') + '"'


def _example_text(cell: object) -> str:
    return "NULL" if cell is None else str(cell).replace("\n", " ")


def _as_many_as_fit(tables: Sequence[Table], budget: int) -> str:
    lines: list[str] = []
    left = budget - 40
    for number, whole in enumerate(map(with_names, tables)):
        line = whole if len(whole) <= 400 else f"{whole[:399]}…"
        if len(line) + 1 > left:
            return "\n".join([*lines, f"… and {len(tables) - number} more tables"])
        lines.append(line)
        left -= len(line) + 1
    return "\n".join(lines)
