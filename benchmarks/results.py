"""Numbers of several runs to one line of the table."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

# Beyond this the machine had other things to do: the floor always does the same.
FLOOR_SPREAD = 0.35


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of one run. `floor` is the same of the smallest relay; less is better, except
    where `at_least` is set."""

    name: str
    unit: str
    ours: float
    floor: float | None = None
    target: float | None = None
    at_least: bool = False


@dataclass(slots=True)
class Line:
    """A figure over all runs."""

    name: str
    unit: str
    target: float | None
    at_least: bool
    ours: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)

    def add(self, figure: Figure) -> None:
        self.ours.append(figure.ours)
        if figure.floor is not None:
            self.floor.append(figure.floor)

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

    def cells(self) -> tuple[str, ...]:
        reached = {True: "yes", False: "NO", None: ""}[self.is_reached]
        sign = ("≥ " if self.at_least else "≤ ") if self.target is not None else ""
        target = f"{sign}{shown(self.target)}" if self.target is not None else ""
        noise = "noisy" if self.is_noisy else ""
        return (self.name, self.unit, spread(self.ours), spread(self.floor), target, reached, noise)

    def as_json(self) -> dict[str, Any]:
        facts = asdict(self) | {"reached": self.is_reached, "noisy": self.is_noisy}
        return facts | {"median": median(self.ours)}


def gathered(lines: dict[str, Line], figures: Iterable[Figure]) -> None:
    for figure in figures:
        line = lines.setdefault(
            figure.name, Line(figure.name, figure.unit, figure.target, figure.at_least)
        )
        line.add(figure)


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


def table(lines: Mapping[str, Line]) -> str:
    head = ("row", "unit", "Chat Studio", "floor", "target", "reached", "")
    rows = [head, *(line.cells() for line in lines.values())]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    texts = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join([texts[0], "  ".join("-" * width for width in widths), *texts[1:]])


def percentile(values: Iterable[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")
