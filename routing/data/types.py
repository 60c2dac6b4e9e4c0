"""The values that pass between us and the child process; each goes through JSON and back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TypedDict

from chatstudio.base.json_types import integer_at, list_at, objects_at, text_at

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
    def from_json(cls, data: Mapping[str, object]) -> "Column":
        name, type_, low, high = (text_at(data, key) for key in ("name", "type", "low", "high"))
        return cls(name, type_, low, high, tuple(map(str, list_at(data, "values"))))


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    rows: int
    columns: tuple[Column, ...] = ()
    sample: tuple[Row, ...] = ()

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> "Table":
        return cls(
            name=text_at(data, "name"),
            rows=integer_at(data, "rows") or 0,
            columns=tuple(map(Column.from_json, objects_at(data, "columns"))),
            sample=tuple(map(_row, list_at(data, "sample"))),
        )


def _row(cells: object) -> Row:
    return tuple(cells) if isinstance(cells, list) else ()


def tables_from(data: Sequence[Mapping[str, object]]) -> tuple[Table, ...]:
    return tuple(map(Table.from_json, data))


def as_json(tables: Sequence[Table]) -> list[dict[str, object]]:
    return [asdict(table) for table in tables]


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in a file that was read. `notes` are sentences on what is not in the tables, or in
    another form; `encoding` is Python's name of that of a text."""

    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()
    encoding: str = ""


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


class Job(TypedDict, total=False):
    """What a child is given: `do` and the bounds always, and what that kind of work needs."""

    do: str
    memory_mb: int
    seconds: float
    may_write_mb: int
    file: str
    draft: str
    kind: str
    name: str
    encoding: str
    folder: str
    url: str
    sql: str
    limits: tuple[float, int, int, int, int]
    order: tuple[int, bool] | None


class Told(TypedDict, total=False):
    """One line of a child, which has one or two of these."""

    progress: float
    rows_read: int
    tables: list[dict[str, object]]
    notes: list[str]
    encoding: str
    columns: list[dict[str, str]]
    rows: list[list[Cell]]
    is_cut: bool
    seconds: float
    error: dict[str, str]
    done: bool


type Tell = Callable[[Told], None]
"""How a job tells of what it finds: one JSON object a line."""
