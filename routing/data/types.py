"""The values that pass between us and the child process; each goes through JSON and back."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

type Cell = str | int | float | bool | None
type Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may take; rows, characters and cell_characters bound what comes back."""

    seconds: float = 20.0
    rows: int = 1_000
    characters: int = 2_000_000
    memory_mb: int = 200
    cell_characters: int = 2_000


@dataclass(frozen=True, slots=True)
class Column:
    """`values` are all of them where they are few; else `low` and `high` are the ends."""

    name: str
    type: str
    low: str = ""
    high: str = ""
    values: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Column":
        return cls(**{**data, "values": tuple(data.get("values", ()))})


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    rows: int
    columns: tuple[Column, ...] = ()
    sample: tuple[Row, ...] = ()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Table":
        return cls(
            name=data["name"],
            rows=data["rows"],
            columns=tuple(map(Column.from_json, data.get("columns", ()))),
            sample=tuple(map(tuple, data.get("sample", ()))),
        )


def tables_from(data: Sequence[Mapping[str, Any]]) -> tuple[Table, ...]:
    return tuple(map(Table.from_json, data))


def as_json(tables: Sequence[Table]) -> list[dict[str, Any]]:
    return [asdict(table) for table in tables]


@dataclass(frozen=True, slots=True)
class ResultColumn:
    name: str
    type: str
    kind: str
    """number | time | text: how it is aligned, sorted and drawn."""


@dataclass(frozen=True, slots=True)
class Result:
    """`is_cut` where there were more rows than the limit."""

    columns: tuple[ResultColumn, ...]
    rows: tuple[Row, ...]
    is_cut: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class Order:
    """Sorting by a column's position, from 0."""

    column: int
    descending: bool = False
