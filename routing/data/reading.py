"""An uploaded file becomes a registered one: a folder with one DuckDB file that never changes."""

import os
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path

from chatstudio.base.encodings.names import can_be_another
from routing.data.errors import NotReadable
from routing.data.places import NOBODY, Asker
from routing.data.process import told_by_child
from routing.data.types import Contents, Job, tables_from

SECONDS = 600.0
MEMORY_MB = 600
FILE = "data.duckdb"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of data file: its key, what people call it, how its files end."""

    key: str
    label: str
    endings: tuple[str, ...]


TABLE = (
    Kind("csv", "CSV", (".csv", ".tsv", ".txt")),
    Kind("parquet", "Parquet", (".parquet",)),
    Kind("json", "JSON", (".json", ".jsonl", ".ndjson")),
    Kind("excel", "Excel (.xlsx)", (".xlsx", ".xlsm")),
    Kind("sqlite", "SQLite", (".sqlite", ".sqlite3", ".db")),
)
KINDS = {ending: kind.key for kind in TABLE for ending in kind.endings}


def kinds_in_words(last_word: str = "or") -> str:
    *first, last = (kind.label for kind in TABLE)
    return f"{', '.join(first)} {last_word} {last}"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the reading is: a share, where the engine knows, or rows."""

    share: float | None = None
    rows: int | None = None


def kind_of_file(name: str) -> str:
    """One of the kinds, by the end of the name; raises NotReadable."""
    ending = Path(name).suffix.lower()
    if ending in KINDS:
        return KINDS[ending]
    if ending == ".xls":
        raise NotReadable("Old Excel files (.xls) cannot be read. Save it as .xlsx.")
    raise NotReadable(
        f"Only {kinds_in_words('and')} files can be read, told by the end of the file's name."
    )


def may_write_mb(file: Path) -> int:
    """A packed file may hold much more than its size, but not a whole disk."""
    return 2_000 + 4 * file.stat().st_size // 2**20


async def read_file(
    file: Path, kind: str, name: str, encoding: str = "", asker: Asker = NOBODY
) -> AsyncGenerator[Progress | Contents]:
    """Progress, then what is in it. The uploaded file is gone afterwards, except for a text that
    may be read once more in another encoding; the folder holds the finished data or nothing."""
    draft, finished = file.with_name("draft.duckdb"), file.with_name(FILE)
    job: Job = {"do": "read file", "file": str(file), "draft": str(draft), "kind": kind}
    job |= {"name": name, "memory_mb": MEMORY_MB, "seconds": SECONDS, "encoding": encoding}
    job |= {"may_write_mb": may_write_mb(file)}
    contents = Contents()
    is_kept = bool(encoding)
    try:
        async with aclosing(told_by_child(job, SECONDS, asker)) as told:
            async for line in told:
                if "tables" in line:
                    contents = replace(contents, tables=tables_from(line["tables"]))
                elif "notes" in line:
                    contents = Contents((), tuple(line["notes"]), line.get("encoding", ""))
                else:
                    yield Progress(line.get("progress"), line.get("rows_read"))
        draft.chmod(0o400)
        os.replace(draft, finished)
        is_kept = is_kept or can_be_another(contents.encoding)
        yield contents
    finally:
        left = [draft.name, f"{draft.name}.wal", "staged.csv", "rough.csv", "utf8.txt"]
        for name in (*left, *(() if is_kept else (file.name,))):
            file.with_name(name).unlink(missing_ok=True)
