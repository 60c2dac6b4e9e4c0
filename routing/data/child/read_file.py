"""An uploaded file becomes one DuckDB file, with what a model should know of its tables."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from routing.data.child import csv_files, excel_files, sqlite_files
from routing.data.child.describe import describe
from routing.data.child.engine import deadline, first_words, open_new, quoted_name
from routing.data.child.naming import table_name
from routing.data.child.upload import Outcome, Upload, as_utf8
from routing.data.errors import NotReadable, QueryFailed
from routing.data.types import Job, Tell, as_json

type Reader = Callable[[duckdb.DuckDBPyConnection, Upload, Tell], Outcome]


def read_parquet(connection: duckdb.DuckDBPyConnection, upload: Upload, tell: Tell) -> Outcome:
    _by_engine(connection, upload, "read_parquet(?)", upload.file)
    return Outcome()


def read_json(connection: duckdb.DuckDBPyConnection, upload: Upload, tell: Tell) -> Outcome:
    file, outcome = as_utf8(upload)
    _by_engine(connection, upload, "read_json(?, maximum_object_size = 67108864)", file)
    return outcome


def _by_engine(
    connection: duckdb.DuckDBPyConnection, upload: Upload, source: str, file: Path
) -> None:
    """The engine's own reader, which makes one table of the file."""
    table = quoted_name(table_name(upload.name))
    connection.execute(f"CREATE TABLE {table} AS SELECT * FROM {source}", [str(file)])


READERS: dict[str, Reader] = {
    "csv": csv_files.read,
    "json": read_json,
    "parquet": read_parquet,
    "excel": excel_files.read,
    "sqlite": sqlite_files.read,
}


def run(job: Job, tell: Tell) -> None:
    """`file` is read, `draft` beside it is written; the parent puts it in its place."""
    file, draft = Path(job["file"]), Path(job["draft"])
    if not file.stat().st_size:
        raise NotReadable("The file is empty.")
    os.chdir(file.parent)
    connection = open_new(draft, job["memory_mb"])
    try:
        with deadline(connection, job["seconds"]), progress(connection, tell):
            upload = Upload(file, job["name"], job.get("encoding", ""))
            outcome = READERS[job["kind"]](connection, upload, tell)
        with deadline(connection, job["seconds"]):
            tables = describe(connection)
            connection.execute("CHECKPOINT")
    except QueryFailed as error:
        raise NotReadable(f"The file could not be read. {first_words(error)}") from None
    finally:
        connection.close()
    if not tables:
        raise NotReadable("There is no table in this file.")
    tell({"notes": list(outcome.notes), "encoding": outcome.encoding})
    tell({"tables": as_json(tables)})


@contextmanager
def progress(connection: duckdb.DuckDBPyConnection, tell: Tell) -> Iterator[None]:
    """Twice a second how far the engine has come, where it knows."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.5):
            share = connection.query_progress()
            if 0 < share <= 100:
                tell({"progress": share / 100})

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()
