"""Where a table begins: which of its first rows names the columns, in texts and sheets alike."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile, zip_longest

from chatstudio.base.words import count_of
from routing.data.errors import NotReadable

LOOKED_AT = 60
"""Rows from which the head is told."""
MOST_COLUMNS = 2_000
SHOWN = 5
LONGEST_SHOWN = 60
VALUE = re.compile(
    r"[+-]?[\d.,'\s]*\d%?|[+-]?\d+(\.\d+)?e[+-]?\d+|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T].*)?"
    r"|\d{1,2}:\d\d(:\d\d)?|true|false",
    re.I,
)
YEAR = re.compile(r"(19|20)\d\d")

type Row = Sequence[object]


@dataclass(frozen=True, slots=True)
class Head:
    """`at` is the index of the row that names the columns; none does where it is None, and the
    table begins with row `first`. `above` are the cells that stand above the table."""

    at: int | None
    first: int
    names: tuple[str, ...]
    above: tuple[str, ...] = ()


def find_head(rows: Sequence[Row]) -> Head:
    """Of the first rows, the whole of a short table. Rows without a cell count too."""
    filled = [len(cells_of(row)) for row in rows]
    if not any(filled):
        return Head(None, 0, ())
    usual = _usual(filled)
    start = next(at for at, count in enumerate(filled) if count)
    named = _above_values(rows, filled, usual)
    if named is not None:
        at = named
    else:
        at = _after_titles(rows, filled, usual, start) if usual > 1 else start
    for upper in (at - 1, at):
        if names := _names_of_two_rows(rows, upper):
            return Head(upper + 1, upper + 2, names, _cells_in(rows[:upper]))
    above = _cells_in(rows[:at])
    if not _names_columns(rows[at], rows[at + 1 :]):
        return Head(None, at, (), above)
    return Head(at, at + 1, tuple(map(text_of, rows[at])), above)


def cells_of(row: Row) -> list[str]:
    return [text for value in row if (text := text_of(value))]


def _cells_in(rows: Sequence[Row]) -> tuple[str, ...]:
    return tuple(cell for row in rows for cell in cells_of(row))


def text_of(value: object) -> str:
    return "" if value is None else str(value).strip()


def _usual(filled: Sequence[int]) -> int:
    """How many cells a row has, as those do that hold most cells together."""
    counted = Counter(count for count in filled if count)
    return max(counted, key=lambda count: (count * counted[count], count))


def _above_values(rows: Sequence[Row], filled: Sequence[int], usual: int) -> int | None:
    """The first row of names alone that has values below it, and nothing like it above."""
    for at, row in enumerate(rows):
        is_first = at == 0 or not filled[at - 1] or max(filled[:at]) < filled[at]
        if filled[at] < 2 or not is_first or _is_apart(filled, usual, at):
            continue
        block = list(takewhile(cells_of, rows[at + 1 :]))
        if _is_all_names(row, may_repeat=True) and any(
            text_of(value) and _are_values(block, column) for column, value in enumerate(row)
        ):
            return at
    return None


def _after_titles(rows: Sequence[Row], filled: Sequence[int], usual: int, start: int) -> int:
    """The first row that is as long as the others, or that has nothing but names."""
    for at in range(start, len(rows)):
        if filled[at] >= usual or _names_what_follows(rows, filled, usual, at):
            return at
    return start


def _names_what_follows(rows: Sequence[Row], filled: Sequence[int], usual: int, at: int) -> bool:
    """Names alone, nearly as many as a row has, or as many as the row of values below them."""
    if filled[at] < 2 or filled[at] * 2 < usual or not _is_all_names(rows[at]):
        return False
    if _is_apart(filled, usual, at):
        return False
    below = next((row for row in rows[at + 1 :] if cells_of(row)), ())
    has_values = len(cells_of(below)) == filled[at] and any(map(is_value, cells_of(below)))
    return filled[at] * 2 > usual or has_values


def _is_apart(filled: Sequence[int], usual: int, at: int) -> bool:
    """An empty row stands between it and the first whole one."""
    rest = filled[at + 1 :]
    whole = next((n for n, count in enumerate(rest) if count >= usual), len(rest))
    return whole < len(rest) and 0 in rest[:whole]


def _is_all_names(row: Row, *, may_repeat: bool = False) -> bool:
    cells = cells_of(row)
    is_fact = cells[0].endswith(":")
    is_fine = may_repeat or len(set(cells)) == len(cells)
    return is_fine and not is_fact and not any(map(is_value, cells))


def _names_of_two_rows(rows: Sequence[Row], upper: int) -> tuple[str, ...]:
    """Where the names of one row repeat themselves below those of another, which stand once for
    several columns or repeat themselves too, as in `2023, 2023` above `Q1, Q2`."""
    if upper < 0 or upper + 2 >= len(rows):
        return ()
    high, low = (list(map(text_of, row)) for row in rows[upper : upper + 2])
    below = [cell for cell in low if cell]
    above = [cell for cell, lower in zip(high, low, strict=False) if lower]
    is_spread = "" in above or len(set(above)) < len(above)
    if len(cells_of(high)) < 2 or len(set(below)) == len(below) or not is_spread:
        return ()
    block = list(takewhile(cells_of, rows[upper + 2 :]))
    if any(map(is_value, below)) or not any(
        cell and _are_values(block, at) for at, cell in enumerate(low)
    ):
        return ()
    return _joined_names(high, low)


def _joined_names(high: Sequence[str], low: Sequence[str]) -> tuple[str, ...]:
    """Empty where they are not told apart even so."""
    names, last = [], ""
    for upper, lower in zip_longest(high, low, fillvalue=""):
        last = upper or last
        names.append(f"{upper or (last if lower else '')} {lower}".strip())
    given = [name for name in names if name]
    return tuple(names) if len(set(given)) == len(given) else ()


def is_value(text: str) -> bool:
    """A number, a date or a time, and no name."""
    return VALUE.fullmatch(text) is not None


def _names_columns(row: Row, below: Sequence[Row]) -> bool:
    """Not where it holds values like those below it. Years name columns as well."""
    cells = cells_of(row)
    values = [cell for cell in cells if is_value(cell)]
    if len(values) == len(cells):
        return False
    if all(map(YEAR.fullmatch, values)):
        return True
    return any(
        not is_value(text_of(value)) and text_of(value) and _are_values(below, at)
        for at, value in enumerate(row)
    )


def _are_values(below: Sequence[Row], at: int) -> bool:
    column = [text for row in below if at < len(row) and (text := text_of(row[at]))]
    return bool(column) and all(map(is_value, column))


def column_names(names: Sequence[str], width: int) -> list[str]:
    """A name for each column that has none."""
    given = [*names[:width], *[""] * (width - len(names))]
    return [name.strip()[:200] or f"column_{at}" for at, name in enumerate(given, 1)]


def refuse_width(width: int, place: str = "This table") -> None:
    if width > MOST_COLUMNS:
        raise NotReadable(
            f"{place} has {count_of(width, 'column')}: at most {count_of(MOST_COLUMNS, 'column')} "
            "can be read. Leave some out, or turn it around, so that the columns become rows."
        )


def note_above(head: Head, place: str = "") -> list[str]:
    """A sentence that names what stands above the table."""
    if not head.above:
        return []
    shown = [f"“{cell[:LONGEST_SHOWN]}”" for cell in head.above[:SHOWN]]
    more = len(head.above) - SHOWN
    rest = f" and {more} more" if more > 0 else ""
    stands = "stands" if len(head.above) == 1 else "stand"
    return [
        f"{place}{count_of(len(head.above), 'cell')} above the table {stands} in no row: "
        f"{', '.join(shown)}{rest}."
    ]


def note_no_names(head: Head, place: str = "") -> list[str]:
    if head.at is not None:
        return []
    return [f"{place}No row names the columns; they are called column_1, column_2 and so on."]
