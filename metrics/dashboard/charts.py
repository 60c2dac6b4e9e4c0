"""Charts as numbers for a template that draws SVG: no script, no style, no text inside the drawing.

A drawing is stretched to the width it is given (preserveAspectRatio none), so the same one serves a
desk and a phone; its words stand around it as HTML and keep their size.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from metrics.dashboard import words
from metrics.dashboard.figures import Figures

SLOT, GAP, HEIGHT = 10.0, 1.5, 100.0
LABELS_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Piece:
    tone: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    sentence: str
    x: float
    width: float
    pieces: Sequence[Piece]
    values: Sequence[str]


@dataclass(frozen=True, slots=True)
class BarChart:
    """Stacked bars over time. `series` are pairs of tone and name, from the bottom up."""

    title: str
    series: Sequence[tuple[str, str]]
    bars: Sequence[Bar]
    top: str
    labels: Sequence[str]

    @property
    def width(self) -> float:
        return len(self.bars) * SLOT

    @property
    def sentence(self) -> str:
        """The drawing in words, for who does not see it."""
        return f"{self.title}, {len(self.bars)} bars, at most {self.top}. The table has all values."


def over_time(
    title: str,
    steps: Sequence[tuple[str, Counter[str]]],
    series: Mapping[str, tuple[str, Sequence[str]]],
) -> BarChart:
    """`series` maps a tone to a name and to the sums that it adds up."""
    stacks = [
        [sum(sums[name] for name in names) for _, names in series.values()] for _, sums in steps
    ]
    top = round_up(max((sum(stack) for stack in stacks), default=0))
    bars = [
        _bar(number, label, stack, top, series)
        for number, ((label, _), stack) in enumerate(zip(steps, stacks, strict=True))
    ]
    names = [(tone, name) for tone, (name, _) in series.items()]
    return BarChart(title, names, bars, words.count(top), _some([label for label, _ in steps]))


def _bar(
    number: int,
    label: str,
    stack: Sequence[float],
    top: float,
    series: Mapping[str, tuple[str, Sequence[str]]],
) -> Bar:
    pieces, y = [], HEIGHT
    for tone, value in zip(series, stack, strict=True):
        height = value / top * HEIGHT if top else 0.0
        y -= height
        if height:
            pieces.append(Piece(tone, round(y, 2), round(height, 2)))
    named = zip((name for name, _ in series.values()), stack, strict=True)
    facts = ", ".join(f"{name.lower()} {words.count(value)}" for name, value in named)
    values = [words.count(value) for value in stack]
    return Bar(label, f"{label}: {facts}", number * SLOT + GAP, SLOT - 2 * GAP, pieces, values)


def round_up(value: float) -> float:
    """The next number that reads well: 1, 2, 5, 10, 20, 50 …"""
    step = 1.0
    while True:
        for factor in (1, 2, 5):
            if value <= factor * step:
                return factor * step
        step *= 10


def _some(labels: Sequence[str]) -> list[str]:
    """The first, the last and some between, evenly."""
    if len(labels) <= LABELS_SHOWN:
        return list(labels)
    last = len(labels) - 1
    return [labels[round(n * last / (LABELS_SHOWN - 1))] for n in range(LABELS_SHOWN)]


@dataclass(frozen=True, slots=True)
class Range:
    """One group's half and nineteen twentieths: widths of 100, and the words for them."""

    name: str
    answers: str
    p50: str
    p95: str
    p50_width: float
    p95_width: float


@dataclass(frozen=True, slots=True)
class RangeChart:
    title: str
    head: str
    ranges: Sequence[Range]


def by_group(
    title: str,
    head: str,
    groups: Mapping[str, Figures],
    distribution: str,
    labels: Mapping[str, str],
    empty: str,
) -> RangeChart:
    """Groups without any such value are left out: a server that does not say has no bar."""
    read = {
        name: (figures.percentile(distribution, 0.5), figures.percentile(distribution, 0.95))
        for name, figures in groups.items()
    }
    longest = max((p95 for _, p95 in read.values() if p95), default=0) or 1
    say = words.bare if distribution == "tokens_per_second" else words.duration
    ranges = [
        Range(
            labels.get(name, name) or empty,
            words.count(groups[name].answers),
            say(p50),
            say(p95),
            round(p50 / longest * 100, 2),
            round(p95 / longest * 100, 2),
        )
        for name, (p50, p95) in read.items()
        if p50 is not None and p95 is not None
    ]
    return RangeChart(title, head, ranges)
