"""Tables of text. The engine reads those that are regular; any other is straightened first, row by
row, so that no cell is lost: what stands above the table is told, rows of other lengths are kept
and counted."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import duckdb

from chatstudio.base.words import count_of
from routing.data.child.csv_layout import Layout, layout_of, parted
from routing.data.child.engine import first_words, quoted_name, quoted_text
from routing.data.child.header import (
    column_names,
    note_above,
    note_no_names,
    refuse_width,
)
from routing.data.child.naming import table_name, unique
from routing.data.child.text_types import choose_types, notes_on
from routing.data.child.upload import Outcome, Upload, as_utf8
from routing.data.errors import NotReadable
from routing.data.types import Tell

STRAIGHT = "staged.csv"
TOLD_EVERY = 20_000


def read(connection: duckdb.DuckDBPyConnection, upload: Upload, tell: Tell) -> Outcome:
    with upload.file.open("rb") as opened:
        if opened.read(16).startswith((b"\x7fELF", b"PK\x03\x04", b"SQLite format 3")):
            raise NotReadable("This is a program's file, not a table of text.")
    file, outcome = as_utf8(upload)
    _refuse_programs_file(file)
    layout = layout_of(file)
    refuse_width(layout.width)
    if layout.is_plain:
        names = unique(column_names(layout.head.names, layout.width))
        text = _Text(file, layout.delimiter, names, has_names=True)
        if _load(connection, upload, text):
            return Outcome(outcome.encoding, (*outcome.notes, *text.notes))
    straight, names, notes = _straighten(file, layout, tell)
    text = _Text(straight, ",", names, has_names=False)
    if not _load(connection, upload, text):
        raise NotReadable(f"This is no table of text: {text.problem}")
    return Outcome(outcome.encoding, (*outcome.notes, *notes, *text.notes))


def _refuse_programs_file(file: Path) -> None:
    with file.open(encoding="utf-8", newline="") as opened:
        start = opened.read(2**14)
    odd = sum(not (char.isprintable() or char.isspace() or char in "\x1a\ufeff") for char in start)
    if "\0" in start or odd * 20 > len(start):
        raise NotReadable("This is a program's file, not a table of text.")


@dataclass(slots=True)
class _Text:
    """A file in which each line has as many cells as there are names."""

    file: Path
    delimiter: str
    names: list[str]
    has_names: bool
    problem: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def source(self) -> str:
        columns = ", ".join(f"'{quoted_text(name)}': 'VARCHAR'" for name in self.names)
        return (
            f"read_csv('{quoted_text(str(self.file))}', auto_detect = false, quote = '\"', "
            f"escape = '\"', delim = '{quoted_text(self.delimiter)}', header = {self.has_names}, "
            f"max_line_size = 67108864, columns = {{{columns}}})"
        )


def _load(connection: duckdb.DuckDBPyConnection, upload: Upload, text: _Text) -> bool:
    table = quoted_name(table_name(upload.name))
    try:
        chosen = choose_types(connection, text.source, text.names, text.delimiter)
        columns = ", ".join(
            f"{one.of(quoted_name(name))} AS {quoted_name(name)}"
            for name, one in zip(text.names, chosen, strict=True)
        )
        text.notes = notes_on(connection, text.source, text.names, chosen)
        connection.execute(f"CREATE TABLE {table} AS SELECT {columns} FROM {text.source}")
    except (duckdb.OutOfMemoryException, duckdb.InterruptException):
        raise
    except duckdb.Error as error:
        text.problem = first_words(error)
        return False
    return True


@dataclass(slots=True)
class _Counted:
    short: int = 0
    long: int = 0
    widest: int = 0
    used: set[int] = field(default_factory=set)


def _straighten(file: Path, layout: Layout, tell: Tell) -> tuple[Path, list[str], list[str]]:
    """The table's rows with as many cells each; the columns' names; sentences."""
    counted = _Counted()
    rough, straight = file.with_name("rough.csv"), file.with_name(STRAIGHT)
    usual = len(layout.head.names) or layout.width
    with rough.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        for number, row in enumerate(_rows(file, layout), 1):
            writer.writerow(row)
            _count(counted, row, usual)
            if number % TOLD_EVERY == 0:
                tell({"rows_read": number})
    width = max(counted.widest, _named(layout.head.names))
    refuse_width(width)
    kept = [at for at in range(width) if _is_kept(layout, counted, at)]
    all_names = column_names(layout.head.names, width)
    names = unique(all_names[at] for at in kept)
    _pad(rough, straight, kept)
    rough.unlink()
    notes = [*note_above(layout.head), *note_no_names(layout.head)]
    return straight, names, [*notes, *_note_ragged(counted, usual)]


def _rows(file: Path, layout: Layout) -> Iterator[list[str]]:
    """Those of the table that are not empty."""
    with file.open(encoding="utf-8", newline="") as opened:
        lines = _Lines(opened)
        if layout.said:
            next(lines)
        try:
            for number, row in enumerate(csv.reader(lines, delimiter=layout.delimiter)):
                lines.refuse_open_quote(row)
                if number >= layout.head.first and any(cell.strip() for cell in row):
                    yield row
        except csv.Error as error:
            raise NotReadable(f"Row {lines.number}: {error}.") from None


class _Lines:
    """The lines of a file, with a look at those of which the last row was made."""

    def __init__(self, file: TextIO) -> None:
        self.file = file
        self.number = self.began = 0
        self.marks = 0
        self.is_over = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.file.readline()
        if not line:
            self.is_over = True
            raise StopIteration
        self.number += 1
        self.marks += line.count('"')
        return line

    def refuse_open_quote(self, row: list[str]) -> None:
        """One that is never closed makes one cell of all that follows."""
        is_open = self.is_over and self.marks % 2 == 1 and "\n" in row[-1]
        if is_open or self.number - self.began > MOST_LINES:
            raise NotReadable(
                f"Row {self.began + 1}, column {len(row)}: a quotation mark is not closed: "
                f"{row[-1][:60]!r}."
            )
        self.began, self.marks = self.number, 0


MOST_LINES = 5_000
"""Of one row."""


def _count(counted: _Counted, row: Sequence[str], usual: int) -> None:
    filled = [at for at, cell in enumerate(row) if cell.strip()]
    counted.used.update(filled)
    counted.widest = max(counted.widest, filled[-1] + 1)
    counted.short += len(row) < usual
    counted.long += filled[-1] + 1 > usual


def _named(names: Sequence[str]) -> int:
    return max((at for at, name in enumerate(names, 1) if name), default=0)


def _is_kept(layout: Layout, counted: _Counted, at: int) -> bool:
    """A column without a name and without a cell is none."""
    has_name = at < len(layout.head.names) and bool(layout.head.names[at])
    return has_name or at in counted.used


def _pad(rough: Path, straight: Path, kept: Sequence[int]) -> None:
    with (
        rough.open(encoding="utf-8", newline="") as source,
        straight.open("w", encoding="utf-8", newline="") as target,
    ):
        writer = csv.writer(target, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for row in parted(source, ","):
            writer.writerow([row[at] if at < len(row) else "" for at in kept])


def _note_ragged(counted: _Counted, usual: int) -> Iterator[str]:
    if counted.short:
        yield (
            f"{count_of(counted.short, 'row has', 'rows have')} fewer than "
            f"{count_of(usual, 'column')}; what is missing is empty."
        )
    if counted.long:
        yield (
            f"{count_of(counted.long, 'row has', 'rows have')} more than "
            f"{count_of(usual, 'column')}; "
            "what is beyond stands in columns without a name of their own."
        )
