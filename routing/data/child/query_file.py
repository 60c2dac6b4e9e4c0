"""One SELECT over a registered file."""

import time
from collections.abc import Sequence
from typing import Protocol

import duckdb

from routing.data.child.cells import cell, kind_of
from routing.data.child.engine import deadline, open_sealed
from routing.data.child.one_select import one_select
from routing.data.types import Cell, Job, Limits, Order, Tell, Told

BATCH = 256


class Cursor(Protocol):
    """Of either engine."""

    def fetchmany(self, size: int, /) -> Sequence[Sequence[object]]: ...


def run(job: Job, tell: Tell) -> None:
    limits = Limits(*job["limits"])
    connection = open_sealed(job["folder"], limits.memory_mb)
    with deadline(connection, limits.seconds):
        written = one_select(connection, job["sql"])
        # In the person's own words where that is possible: the engine quotes them when it fails.
        order = job["order"]
        sql = order_rows(written, Order(*order)) if order else job["sql"]
        began = time.perf_counter()
        connection.execute(sql)
        columns = columns_of(connection)
        for column in columns:
            column["name"] = column["name"].replace(job["folder"], "")
        tell({"columns": columns})
        is_cut = tell_rows(connection, limits, without_place(tell, job["folder"]))
        tell({"is_cut": is_cut, "seconds": time.perf_counter() - began})


def without_place(tell: Tell, folder: str) -> Tell:
    """Where the data lies on this server stands in no cell."""

    def hide(cell: Cell) -> Cell:
        return cell.replace(folder, "") if isinstance(cell, str) and folder in cell else cell

    def tell_hidden(told: Told) -> None:
        tell({"rows": [[hide(cell) for cell in row] for row in told["rows"]]})

    return tell_hidden


def order_rows(sql: str, order: Order) -> str:
    direction = "DESC" if order.descending else "ASC"
    position = order.column + 1
    return f"SELECT * FROM (\n{sql}\n) AS result ORDER BY {position} {direction} NULLS LAST"


def columns_of(connection: duckdb.DuckDBPyConnection) -> list[dict[str, str]]:
    described = connection.description or []
    return [
        {"name": str(name)[:200], "type": str(type_)[:60], "kind": kind_of(str(type_))}
        for name, type_, *_ in described
    ]


def tell_rows(cursor: Cursor, limits: Limits, tell: Tell) -> bool:
    """Whether there was more than the limits."""
    told = characters = 0
    while rows := cursor.fetchmany(BATCH):
        shown: list[list[Cell]] = []
        for row in rows:
            cells = [cell(value, limits.cell_characters) for value in row]
            characters += sum(len(one) if isinstance(one, str) else 8 for one in cells)
            if told == limits.rows or characters > limits.characters:
                tell({"rows": shown})
                return True
            shown.append(cells)
            told += 1
        tell({"rows": shown})
    return False
