import re
from pathlib import Path

from conversations.features.files.reader.archive import Archive
from conversations.features.files.reader.marked import text_of

SLIDE = re.compile(r"ppt/slides/slide(\d+)\.xml")


def read(source: Path) -> tuple[str, int | None]:
    with Archive(source) as archive:
        every = set(archive.namelist())
        found = [(match, name) for name in every if (match := SLIDE.fullmatch(name))]
        names = [name for match, name in sorted(found, key=lambda pair: int(pair[0][1]))]
        ends = {"p": "\n", "br": "\n"}
        return "\f".join(text_of(archive.read(name), ("t",), ends) for name in names), len(names)
