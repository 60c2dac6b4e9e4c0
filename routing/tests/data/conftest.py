"""A registered file with something in it that an escape could be after."""

from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

import pytest

from routing.data.asking import FileSource
from routing.data.reading import kind_of_file, read_file
from routing.data.types import Contents, Table

SALES = "day,region,amount\n2024-01-01,north,10.5\n2024-01-02,south,20\n2024-01-03,north,\n"

type Register = Callable[..., tuple[FileSource, tuple[Table, ...]]]


async def registered(
    folder: Path, content: bytes | str, file_name: str = "sales.csv"
) -> tuple[FileSource, tuple[Table, ...]]:
    """What is left of an uploaded file, and its tables; raises what the reading raises."""
    source, contents = await read_whole(folder, content, file_name)
    return source, contents.tables


async def read_whole(
    folder: Path, content: bytes | str, file_name: str = "sales.csv", encoding: str = ""
) -> tuple[FileSource, Contents]:
    folder.mkdir(parents=True, exist_ok=True)
    uploaded = folder / "uploaded"
    uploaded.write_bytes(content.encode() if isinstance(content, str) else content)
    contents = Contents()
    name = Path(file_name).stem
    async with aclosing(read_file(uploaded, kind_of_file(file_name), name, encoding)) as steps:
        async for step in steps:
            if isinstance(step, Contents):
                contents = step
    return FileSource(folder), contents


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "source"
