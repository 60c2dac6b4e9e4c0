"""The one way in which the engine is opened."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from routing.data.errors import NEEDS_TOO_MUCH, QueryFailed, TooMuchMemory, took_too_long

FILE = "data.duckdb"
THREADS = 2

type Option = str | bool | int | float | list[str]

# Nothing comes from outside of the file: no other file, no network, no extension, and none of
# the Python variables that the engine would otherwise take for tables.
SEALED: dict[str, Option] = {
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "allow_unsigned_extensions": False,
    "python_enable_replacements": False,
    "temp_directory": "",
}


def sealed_options(memory_mb: int) -> dict[str, Option]:
    return {**SEALED, "memory_limit": f"{memory_mb}MiB", "threads": THREADS}


def open_sealed(folder: str, memory_mb: int) -> duckdb.DuckDBPyConnection:
    """The data of this folder, to be read only."""
    config = sealed_options(memory_mb)
    connection = duckdb.connect(str(Path(folder) / FILE), read_only=True, config=config)
    connection.execute("SET lock_configuration = true")
    return connection


def open_new(path: Path, memory_mb: int) -> duckdb.DuckDBPyConnection:
    """A new file, to be filled from files beside it and from nowhere else."""
    config = sealed_options(memory_mb) | {"enable_external_access": True}
    connection = duckdb.connect(str(path), config=config)
    connection.execute(f"SET allowed_directories = ['{quoted_text(str(path.parent))}']")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET enable_progress_bar = true")  # counted, so that we can tell of it
    connection.execute("SET enable_progress_bar_print = false")
    connection.execute("SET lock_configuration = true")
    return connection


def quoted_text(text: str) -> str:
    return text.replace("'", "''")


def quoted_name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def deadline(connection: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    """Interrupts what runs inside; the engine's errors leave as ours."""
    over = threading.Event()

    def interrupt() -> None:
        over.set()
        connection.interrupt()

    timer = threading.Timer(seconds, interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    except duckdb.InterruptException:
        raise took_too_long(seconds) from None
    except (duckdb.OutOfMemoryException, MemoryError) as error:
        raise too_much_memory(words_of(error)) from None
    except duckdb.Error as error:
        raise (took_too_long(seconds) if over.is_set() else QueryFailed(words_of(error))) from None
    finally:
        timer.cancel()


def too_much_memory(words: str) -> TooMuchMemory:
    """The engine's first line; its advice after that is for who may change its settings."""
    return TooMuchMemory(f"{NEEDS_TOO_MUCH} The engine says: {words.splitlines()[0]}")


def first_words(error: Exception) -> str:
    """What is wrong, without the advice about options that only a programmer has."""
    said = words_of(error).splitlines()[0].rstrip(" .")
    return re.sub(r'(in|at end of|sniffing) file ["\'][^"\']*["\']', r"\1 the file", said) + "."


def words_of(error: Exception) -> str:
    return str(error).strip()[:2_000] or type(error).__name__
