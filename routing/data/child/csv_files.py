"""CSV by the engine's own reader. The first part of the file tells the types; where a later line
does not fit, the whole file is looked at once more before anything is refused."""

import codecs
import shutil
from pathlib import Path

import duckdb

from routing.data.child.csv_faults import first_fault, head
from routing.data.child.engine import first_words, quoted_name
from routing.data.child.naming import table_name
from routing.data.errors import NotReadable
from routing.data.types import Tell

UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read(connection: duckdb.DuckDBPyConnection, file: Path, name: str, tell: Tell) -> None:
    with file.open("rb") as opened:
        start = opened.read(2**16)
    if start.startswith(UTF16):
        _to_utf8(file)
    elif b"\0" in start:
        raise NotReadable("This is a program's file, not a table of text.")
    table = quoted_name(table_name(name))
    problem = ""
    said = _what_the_head_says(file)
    for options in (said, f"{said}, sample_size = -1"):
        try:
            connection.execute(
                f"CREATE TABLE {table} AS SELECT * FROM read_csv(?{options})", [str(file)]
            )
            return
        except (duckdb.OutOfMemoryException, duckdb.InterruptException):
            raise
        except duckdb.Error as error:
            problem = first_words(error)
    raise NotReadable(first_fault(connection, file) or f"This is no table of text: {problem}")


def _what_the_head_says(file: Path) -> str:
    """Left alone, the engine would take rows that do not fit for a preface and skip them."""
    delimiter, names = head(file)
    return f", delim = '{delimiter}', skip = 0" if len(names) > 1 else ""


def _to_utf8(file: Path) -> None:
    """As Excel writes its "Unicode text"."""
    copy = file.with_name("staged.csv")
    try:
        with (
            file.open(encoding="utf-16", newline="") as old,
            copy.open("w", encoding="utf-8", newline="") as new,
        ):
            shutil.copyfileobj(old, new, 2**20)
    except UnicodeError as error:
        raise NotReadable(f"The file begins as UTF-16 text, but is not: {error}.") from None
    copy.replace(file)
