"""SQL in, rows out: of a registered file or of a PostgreSQL database."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import astuple, dataclass
from pathlib import Path

from chatstudio.base import spreadsheet
from routing.data.places import NOBODY, Asker
from routing.data.process import told_by_child
from routing.data.types import (
    Job,
    Limits,
    Order,
    Result,
    ResultColumn,
    Row,
    Table,
    Told,
    tables_from,
)

DESCRIBE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class FileSource:
    """The folder of a registered file."""

    folder: Path

    def job(self) -> Job:
        return {"do": "query file", "folder": str(self.folder)}


@dataclass(frozen=True, slots=True)
class PostgresSource:
    url: str

    def job(self) -> Job:
        return {"do": "query postgres", "url": self.url}


type Source = FileSource | PostgresSource


async def ask(
    source: Source,
    sql: str,
    limits: Limits | None = None,
    order: Order | None = None,
    asker: Asker = NOBODY,
) -> Result:
    """Raises DataError; what the engine says is in its sentence."""
    columns: tuple[ResultColumn, ...] = ()
    rows: list[Row] = []
    end: Told = {}
    async with aclosing(_ask_child(source, sql, limits or Limits(), order, asker)) as told:
        async for line in told:
            if "columns" in line:
                columns = tuple(ResultColumn(**column) for column in line["columns"])
            elif "rows" in line:
                rows += map(tuple, line["rows"])
            else:
                end = line
    return Result(columns, tuple(rows), end["is_cut"], end["seconds"])


def _ask_child(
    source: Source, sql: str, limits: Limits, order: Order | None, asker: Asker
) -> AsyncGenerator[Told]:
    job: Job = {
        **source.job(),
        "sql": sql,
        "limits": astuple(limits),
        "order": astuple(order) if order else None,
        "memory_mb": limits.memory_mb,
        "seconds": limits.seconds,
    }
    return told_by_child(job, limits.seconds, asker)


async def csv_lines(
    source: Source,
    sql: str,
    limits: Limits,
    order: Order | None = None,
    asker: Asker = NOBODY,
) -> AsyncGenerator[str]:
    """A result as CSV, as it comes. Whatever is wrong with the query is raised before the first
    piece, which is the head line."""
    async with aclosing(_ask_child(source, sql, limits, order, asker)) as told:
        async for line in told:
            if "columns" in line:
                yield spreadsheet.csv_line([column["name"] for column in line["columns"]])
            elif line.get("rows"):
                yield spreadsheet.csv_lines(line["rows"])


async def describe_postgres(source: PostgresSource, asker: Asker = NOBODY) -> tuple[Table, ...]:
    job: Job = {
        "do": "describe postgres",
        "url": source.url,
        "memory_mb": Limits().memory_mb,
        "seconds": DESCRIBE_SECONDS,
    }
    found: tuple[Table, ...] = ()
    async with aclosing(told_by_child(job, DESCRIBE_SECONDS, asker)) as told:
        async for line in told:
            found = tables_from(line["tables"])
    return found
