"""One SELECT over a PostgreSQL database."""

import re
import time

import psycopg
from psycopg.rows import TupleRow

from routing.data.child.cells import kind_of
from routing.data.child.postgres import read_only
from routing.data.child.query_file import order_rows, tell_rows
from routing.data.errors import DataError, QueryFailed, QueryRefused, took_too_long
from routing.data.types import Job, Limits, Order, Tell

type Connection = psycopg.Connection[TupleRow]


def run(job: Job, tell: Tell) -> None:
    limits = Limits(*job["limits"])
    with read_only(job["url"], limits.seconds) as connection:
        try:
            query(connection, job, limits, tell)
        except psycopg.errors.QueryCanceled:
            raise took_too_long(limits.seconds) from None
        except psycopg.Error as error:
            raise as_ours(error) from None


def query(connection: Connection, job: Job, limits: Limits, tell: Tell) -> None:
    sql = job["sql"].strip().removesuffix(";")
    refuse_to_sleep(sql)
    began = time.perf_counter()
    declare(connection, sql)
    if order := job.get("order"):
        connection.execute("CLOSE result")
        declare(connection, order_rows(sql, Order(*order)))
    cursor = connection.execute(f"FETCH FORWARD {limits.rows + 1} FROM result")
    tell({"columns": columns_of(connection, cursor)})
    is_cut = tell_rows(cursor, limits, tell)
    tell({"is_cut": is_cut, "seconds": time.perf_counter() - began})


def refuse_to_sleep(sql: str) -> None:
    """By its name, wherever it stands; names in a writing of their own could hide it."""
    found = re.search(r"\bpg_sleep(_for|_until)?\b|\bu&\"", sql, re.IGNORECASE)
    if found:
        name = found[0].lower()
        raise QueryRefused(
            f"{name} is not answered: it could only take time, which others wait for."
        )


def declare(connection: Connection, sql: str) -> None:
    # `prepare` sends it by the protocol for one statement alone: nothing may follow a semicolon.
    text = f"DECLARE result NO SCROLL CURSOR FOR\n{sql}".encode()
    connection.execute(text, prepare=True)


def columns_of(connection: Connection, cursor: psycopg.Cursor[TupleRow]) -> list[dict[str, str]]:
    types = connection.adapters.types
    columns = []
    for column in cursor.description or ():
        info = types.get(column.type_code)
        name = info.regtype if info else "text"
        columns.append({"name": column.name, "type": name, "kind": kind_of(name)})
    return columns


def as_ours(error: psycopg.Error) -> DataError:
    said = str(error).strip()[:2_000] or type(error).__name__
    refused = (psycopg.errors.SyntaxError, psycopg.errors.FeatureNotSupported)
    if isinstance(error, refused):
        return QueryRefused(f"A query is exactly one SELECT. The database says: {said}")
    return QueryFailed(said)
