"""How a text file's table is laid out, told by its beginning."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from pathlib import Path

from routing.data.child.header import LOOKED_AT, Head, find_head

DELIMITERS = ",;\t|"
START = 2**18
SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*', re.I)
NO_DELIMITER = "\x1f"
LIKELY = 0.4
"""The share of rows of the same length from which a sign is believed to part columns."""

csv.field_size_limit(64 * 2**20)


@dataclass(frozen=True, slots=True)
class Layout:
    """`said` is whether a first line names the delimiter, as Excel writes it. `is_plain`: the
    file's first line names the columns, with nothing before it."""

    delimiter: str
    said: bool
    head: Head
    width: int

    @property
    def is_plain(self) -> bool:
        return not self.said and self.head.at == 0


def layout_of(file: Path) -> Layout:
    with file.open(encoding="utf-8", newline="") as opened:
        start = opened.read(START)
    is_whole = len(start) < START
    lines = list(StringIO(start, newline=""))
    if not is_whole and len(lines) > 1:
        lines.pop()
    said = SEPARATOR_LINE.fullmatch(lines[0]) if lines else None
    body = lines[1:] if said else lines
    delimiter = said[1] if said else _likely_delimiter(body)
    rows = list(islice(parted(body, delimiter), LOOKED_AT))
    width = max((_length(row) for row in rows), default=0)
    return Layout(delimiter, said is not None, find_head(rows), width)


def parted(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    return csv.reader(lines, delimiter=delimiter)


def _length(row: list[str]) -> int:
    """Without what is empty at its end."""
    return max((at for at, cell in enumerate(row, 1) if cell.strip()), default=0)


def _likely_delimiter(lines: list[str]) -> str:
    """The one by which most rows have the same number of columns."""
    judged = [(*_judge(lines, mark), mark) for mark in DELIMITERS]
    share, _, best = max(judged, key=lambda one: one[:2])
    return best if share >= LIKELY else _of_first_line(lines)


def _judge(lines: list[str], mark: str) -> tuple[float, int]:
    widths = [len(row) for row in islice(parted(lines, mark), LOOKED_AT * 5) if any(row)]
    counted = Counter(width for width in widths if width > 1)
    if not counted:
        return 0.0, 0
    width, times = max(counted.items(), key=lambda item: (item[1], item[0]))
    return times / len(widths), width


def _of_first_line(lines: list[str]) -> str:
    first = lines[0] if lines else ""
    counts = {mark: first.count(mark) for mark in DELIMITERS}
    best = max(counts, key=counts.__getitem__)
    return best if counts[best] else NO_DELIMITER
