"""A drawing of a result that is a series: a line over time, or bars of named things.

Everything is computed here, in the units of the drawing; the template only writes it down.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from chatstudio.base.words import short_number
from conversations.features.data.scale import Scale, scale_for
from routing.data.types import Cell, Result

WIDTH, HEIGHT = 480, 240
LEFT, RIGHT, TOP, BOTTOM = 48, 12, 12, 24
THICKNESS = 13
LABEL_WIDTH, BAR, GAP = 120, 16, 8
MOST_SERIES, MOST_BARS = 4, 25


@dataclass(frozen=True, slots=True)
class Mark:
    """A line of the axis with its word."""

    at: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    number: int
    points: str


@dataclass(frozen=True, slots=True)
class Bar:
    number: int
    x: float
    y: float
    width: float
    value: str
    value_x: float

    @property
    def middle(self) -> float:
        return self.y + THICKNESS / 2


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    y: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    title: str
    names: tuple[str, ...]
    height: float
    width: int = WIDTH
    lines: tuple[Line, ...] = ()
    groups: tuple[Group, ...] = ()
    values: tuple[Mark, ...] = ()
    times: tuple[Mark, ...] = ()
    zero: float = 0.0


def chart_of(result: Result) -> Chart | None:
    """None where the result is no series."""
    columns = result.columns
    if not 2 <= len(columns) <= MOST_SERIES + 1 or len(result.rows) < 2:
        return None
    if any(column.kind != "number" for column in columns[1:]):
        return None
    if columns[0].kind == "time":
        return _lines([(_moment(row[0]), row) for row in result.rows], result)
    if columns[0].kind == "number":
        numbers = [_number(row[0]) for row in result.rows]
        if all(a is not None and b is not None and a < b for a, b in pairwise(numbers)):
            return _lines(list(zip(numbers, result.rows, strict=True)), result)
    if columns[0].kind == "text" and len(result.rows) <= MOST_BARS:
        return _bars(result)
    return None


def _number(cell: Cell) -> float | None:
    return float(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else None


def _moment(cell: Cell) -> float | None:
    try:
        moment = datetime.fromisoformat(str(cell))
    except ValueError:  # infinity, or a year before the first
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _all_values(result: Result) -> list[float]:
    found = (_number(cell) for row in result.rows for cell in row[1:])
    values = [value for value in found if value is not None]
    # Numbers at the ends of what a float can hold have no scale that could be drawn.
    return values if all(v == 0 or 1e-300 < abs(v) < 1e300 for v in values) else []


def _title(result: Result) -> str:
    names = [column.name for column in result.columns]
    return f"{', '.join(names[1:])} by {names[0]}"


def _names(result: Result) -> tuple[str, ...]:
    return tuple(column.name for column in result.columns[1:])


def _lines(placed: list[tuple[float | None, tuple[Cell, ...]]], result: Result) -> Chart | None:
    points = sorted(((at, row) for at, row in placed if at is not None), key=lambda point: point[0])
    values = _all_values(result)
    if len(points) < 2 or not values or points[0][0] == points[-1][0]:
        return None
    scale = scale_for(values)
    first, last = points[0][0], points[-1][0]
    places = [LEFT + (at - first) / (last - first) * (WIDTH - LEFT - RIGHT) for at, _ in points]
    lines = tuple(
        Line(name, number, _path(places, [row[number + 1] for _, row in points], scale))
        for number, name in enumerate(_names(result))
    )
    marks = tuple(Mark(_height(tick, scale), short_number(tick)) for tick in scale.ticks())
    return Chart(
        _title(result),
        _names(result),
        HEIGHT,
        lines=lines,
        values=marks,
        times=_time_marks(places, [row[0] for _, row in points]),
        zero=_height(0, scale),
    )


def _height(value: float, scale: Scale) -> float:
    return round(HEIGHT - BOTTOM - scale.share(value) * (HEIGHT - TOP - BOTTOM), 1)


def _path(places: list[float], cells: list[Cell], scale: Scale) -> str:
    """An SVG path that pauses where there is no value."""
    pieces: list[str] = []
    pen = "M"
    for x, cell in zip(places, cells, strict=True):
        value = _number(cell)
        if value is None:
            pen = "M"
            continue
        pieces.append(f"{pen}{x:.1f} {_height(value, scale)}")
        pen = "L"
    return "".join(pieces)


def _time_marks(places: list[float], cells: list[Cell]) -> tuple[Mark, ...]:
    """The first, the middle and the last one."""
    middle = len(places) // 2
    chosen = [(0, "start"), (middle, "middle"), (len(places) - 1, "end")]
    if len(places) < 5:
        chosen.pop(1)
    return tuple(
        Mark(round(places[index], 1), _label(cells[index]), anchor) for index, anchor in chosen
    )


def _label(cell: Cell) -> str:
    return str(cell).removesuffix(" 00:00:00")[:16]


def _bars(result: Result) -> Chart | None:
    values = _all_values(result)
    if not values:
        return None
    scale = scale_for(values)
    series = len(result.columns) - 1
    step = series * BAR + GAP
    groups = tuple(
        _group(row, number * step + GAP / 2, scale) for number, row in enumerate(result.rows)
    )
    return Chart(
        _title(result),
        _names(result),
        len(groups) * step,
        groups=groups,
        zero=_across(0, scale),
    )


def _across(value: float, scale: Scale) -> float:
    """Room is left at the end for the value's own words."""
    return round(LABEL_WIDTH + scale.share(value) * (WIDTH - LABEL_WIDTH - 56), 1)


def _group(row: tuple[Cell, ...], top: float, scale: Scale) -> Group:
    zero = _across(0, scale)
    bars = []
    for number, cell in enumerate(row[1:]):
        value = _number(cell)
        if value is None:
            continue
        end = _across(value, scale)
        left, right = min(zero, end), max(zero, end)
        y = top + number * BAR
        bars.append(Bar(number, left, y, round(right - left, 1), short_number(value), right + 4))
    label = "–" if row[0] is None else str(row[0])
    shown = label if len(label) <= 16 else f"{label[:15]}…"
    return Group(shown, top + (len(row) - 1) * BAR / 2, tuple(bars))
