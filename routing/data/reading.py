"""An uploaded file becomes a registered one: a folder with one DuckDB file that never changes."""

import os
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

from routing.data.errors import NotReadable
from routing.data.process import told_by_child
from routing.data.types import Job, Table, tables_from

SECONDS = 600.0
MEMORY_MB = 600
FILE = "data.duckdb"

KINDS = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv",
    ".parquet": "parquet",
    ".json": "json", ".jsonl": "json", ".ndjson": "json",
    ".xlsx": "excel", ".xlsm": "excel",
    ".sqlite": "sqlite", ".sqlite3": "sqlite", ".db": "sqlite",
}  # fmt: skip


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
        "Only CSV, Parquet, JSON, Excel (.xlsx) and SQLite files can be read, told by the end of "
        "the file's name."
    )


def may_write_mb(file: Path) -> int:
    """A packed file may hold much more than its size, but not a whole disk."""
    return 2_000 + 4 * file.stat().st_size // 2**20


async def read_file(
    file: Path, kind: str, name: str
) -> AsyncGenerator[Progress | tuple[Table, ...]]:
    """Progress, then the tables. The uploaded file is gone afterwards, however it ended; the
    folder holds the finished data or nothing."""
    draft, finished = file.with_name("draft.duckdb"), file.with_name(FILE)
    job: Job = {"do": "read file", "file": str(file), "draft": str(draft), "kind": kind}
    job |= {"name": name, "memory_mb": MEMORY_MB, "seconds": SECONDS}
    job |= {"may_write_mb": may_write_mb(file)}
    tables: tuple[Table, ...] = ()
    try:
        async with aclosing(told_by_child(job, SECONDS)) as told:
            async for line in told:
                if "tables" in line:
                    tables = tables_from(line["tables"])
                else:
                    yield Progress(line.get("progress"), line.get("rows_read"))
        draft.chmod(0o444)
        os.replace(draft, finished)
        yield tables
    finally:
        for left in (file.name, draft.name, f"{draft.name}.wal", "staged.csv"):
            file.with_name(left).unlink(missing_ok=True)
