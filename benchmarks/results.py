"""Numbers of several runs to one line of the table."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

# Beyond this the machine had other things to do: the floor always does the same.
FLOOR_SPREAD = 0.35


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of one run. `floor` is the same of the smallest relay, `peers` of others; less is
    better, except where `at_least` is set. Figures of one `growth` are a row of the second table,
    each with its size, `at`."""

    name: str
    unit: str
    ours: float
    floor: float | None = None
    target: float | None = None
    at_least: bool = False
    peers: Mapping[str, float] = field(default_factory=dict)
    growth: str = ""
    at: float = 0


@dataclass(slots=True)
class Line:
    """A figure over all runs."""

    name: str
    unit: str
    target: float | None
    at_least: bool
    growth: str = ""
    at: float = 0
    ours: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)
    peers: dict[str, list[float]] = field(default_factory=dict)

    def add(self, figure: Figure) -> None:
        self.ours.append(figure.ours)
        if figure.floor is not None:
            self.floor.append(figure.floor)
        for name, value in figure.peers.items():
            self.peers.setdefault(name, []).append(value)

    @property
    def is_reached(self) -> bool | None:
        if self.target is None:
            return None
        middle = median(self.ours)
        return middle >= self.target if self.at_least else middle <= self.target

    @property
    def is_noisy(self) -> bool:
        middle = median(self.floor) if self.floor else 0
        return bool(middle) and (max(self.floor) - min(self.floor)) / middle > FLOOR_SPREAD

    def cells(self, peers: Sequence[str]) -> tuple[str, ...]:
        reached = {True: "yes", False: "NO", None: ""}[self.is_reached]
        sign = ("≥ " if self.at_least else "≤ ") if self.target is not None else ""
        target = f"{sign}{shown(self.target)}" if self.target is not None else ""
        noise = "noisy" if self.is_noisy else ""
        others = (spread(self.peers.get(name, [])) for name in peers)
        beside = (spread(self.floor), *others)
        return (self.name, self.unit, spread(self.ours), *beside, target, reached, noise)

    def as_json(self) -> dict[str, Any]:
        facts = asdict(self) | {"reached": self.is_reached, "noisy": self.is_noisy}
        return facts | {"median": median(self.ours)}


def gathered(lines: dict[str, Line], figures: Iterable[Figure]) -> None:
    for figure in figures:
        known = figure.name, figure.unit, figure.target, figure.at_least, figure.growth, figure.at
        lines.setdefault(figure.name, Line(*known)).add(figure)


def shown(value: float) -> str:
    if value >= 100 or value == round(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def spread(values: list[float]) -> str:
    """The median, and between which values it lies."""
    if not values:
        return "–"
    middle = shown(median(values))
    if len(values) == 1 or min(values) == max(values):
        return middle
    return f"{middle} ({shown(min(values))}–{shown(max(values))})"


def table(lines: Mapping[str, Line], peers: Sequence[str] = ()) -> str:
    head = ("row", "unit", "Chat Studio", "floor", *peers, "target", "reached", "")
    return in_columns(head, [line.cells(peers) for line in lines.values()])


def growth_table(lines: Mapping[str, Line]) -> str:
    """What becomes of a figure where there is ten times as much."""
    found: dict[str, list[Line]] = {}
    for line in lines.values():
        if line.growth:
            found.setdefault(line.growth, []).append(line)
    rows = [growth_cells(name, row) for name, row in found.items() if len(row) > 1]
    head = (
        "what grows",
        "unit",
        "×1",
        "figure",
        "×10",
        "figure",
        "times",
        "at most",
        "figure",
        "times",
    )
    return in_columns(head, rows) if rows else ""


def growth_cells(name: str, row: list[Line]) -> tuple[str, ...]:
    """The smallest, the one that is nearest to ten times that, and the largest."""
    ordered = sorted(row, key=lambda line: line.at)
    first, last = ordered[0], ordered[-1]
    ten = min(ordered[1:], key=lambda line: abs(line.at - 10 * first.at))
    one = median(first.ours)
    cells = [name, first.unit, shown(first.at), shown(one)]
    for line in (ten, last):
        times = f"{median(line.ours) / one:.2f}" if one else "–"
        cells += [shown(line.at), shown(median(line.ours)), times]
    return tuple(cells)


def in_columns(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    everything = [head, *rows]
    widths = [max(len(row[column]) for row in everything) for column in range(len(head))]
    texts = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in everything
    ]
    return "\n".join([texts[0], "  ".join("-" * width for width in widths), *texts[1:]])


def percentile(values: Iterable[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")
