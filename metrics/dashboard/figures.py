"""The dashboard's numbers, from the rollups: a few queries for any number of answers."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet, Sum

from metrics.dashboard.filters import Asked, within
from metrics.models import MetricRollup
from metrics.rollups import (
    MEASURED,
    STATUSES,
    Histogram,
    Key,
    Sums,
    add_all,
    hour_of,
    percentile,
    sum_metrics,
)

OVER_TIME = ("answers", *STATUSES, "input_tokens", "output_tokens")
SUMS = (
    *OVER_TIME,
    *("tool_calls", "fallbacks", "loads", "load_ms", "gpu_shares", "gpu_share_sum"),
)
DIMENSIONS = ("model_name", "routing_profile", "prompt_profile_name")
DISTRIBUTIONS = ("time_to_first_token", "tokens_per_second")


@dataclass(slots=True)
class Figures:
    """What some answers come to."""

    sums: Counter[str] = field(default_factory=Counter)
    distributions: dict[str, Histogram] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)

    def __getattr__(self, name: str) -> float:
        if name in SUMS:
            return self.sums[name]
        raise AttributeError(name)

    def add(self, other: "Figures") -> None:
        self.sums.update(other.sums)
        self.errors.update(other.errors)
        for name, histogram in other.distributions.items():
            add_all(self.distributions.setdefault(name, {}), histogram)

    @property
    def failed_share(self) -> float | None:
        answers = self.sums["answers"]
        return self.sums["failed"] / answers if answers else None

    def percentile(self, name: str, share: float) -> float | None:
        return percentile(self.distributions.get(name, {}), share)

    @property
    def load_average_ms(self) -> float | None:
        loads = self.sums["loads"]
        return self.sums["load_ms"] / loads if loads else None

    @property
    def gpu_share(self) -> float | None:
        known = self.sums["gpu_shares"]
        return self.sums["gpu_share_sum"] / known if known else None


type Names = tuple[str, ...]
"""Values of the columns that figures are grouped by."""


def by_triple(asked: Asked, start: datetime | None, end: datetime) -> dict[Names, Figures]:
    """For each model, routing profile and prompt profile that were used together."""
    if asked.period.is_hourly:
        return _of_hours(asked, start, end)
    rows = within(asked.rollups(), "start", start, end).order_by()
    return group_figures(rows, DIMENSIONS, SUMS, DISTRIBUTIONS)


def _of_hours(asked: Asked, start: datetime | None, end: datetime) -> dict[Names, Figures]:
    """Days are too coarse for one of them."""
    found: defaultdict[Names, Figures] = defaultdict(Figures)
    for key, row in _hours(asked, start, end).items():
        shapes = {name: getattr(row, name) for name in DISTRIBUTIONS}
        sums = Counter({name: getattr(row, name) for name in SUMS})
        found[key[2:]].add(Figures(sums, shapes, Counter(row.errors)))
    return dict(found)


def _hours(asked: Asked, start: datetime | None, end: datetime) -> dict[Key, Sums]:
    metrics = within(asked.metrics(), "created_at", start, end).order_by()
    return sum_metrics(metrics.values_list(*MEASURED, named=True), hour_of)[0]


def group_figures(
    rows: QuerySet[MetricRollup],
    by: Collection[str],
    sums: Collection[str],
    distributions: Collection[str],
) -> dict[Names, Figures]:
    found: defaultdict[Names, Figures] = defaultdict(Figures)
    for row in rows.values(*by).annotate(**{f"sum_{name}": Sum(name) for name in sums}):
        names = tuple(row[name] for name in by)
        found[names].sums.update({name: row[f"sum_{name}"] for name in sums})
    columns = rows.values_list(*by, "errors", *distributions)
    for values in columns.iterator(chunk_size=5000):
        names, (errors, *read) = values[: len(by)], values[len(by) :]
        shapes = dict(zip(distributions, read, strict=True))
        found[names].add(Figures(errors=errors, distributions=shapes))
    return dict(found)


def together(many: Iterable[Figures]) -> Figures:
    total = Figures()
    for figures in many:
        total.add(figures)
    return total


def figures_before(asked: Asked) -> Figures | None:
    """Of the period before, to compare with; None where there is none."""
    period = asked.period
    if period.before is None or period.start is None:
        return None
    return together(by_triple(asked, period.before, period.start).values())


def by_dimension(triples: Mapping[Names, Figures], name: str) -> dict[str, Figures]:
    """The most used first."""
    place = DIMENSIONS.index(name)
    groups: defaultdict[str, list[Figures]] = defaultdict(list)
    for triple, figures in triples.items():
        groups[triple[place]].append(figures)
    summed = {value: together(many) for value, many in groups.items()}
    return dict(sorted(summed.items(), key=lambda pair: (-pair[1].answers, pair[0])))


def by_step(asked: Asked) -> list[tuple[str, Counter[str]]]:
    """The sums for each bar of a chart over time."""
    steps = list(asked.period.steps())
    if not steps:
        return []
    bars = [(label, Counter[str]()) for _, label in steps]
    place = 0
    for start, sums in _over_time(asked):
        while place + 1 < len(steps) and start >= steps[place + 1][0]:
            place += 1
        bars[place][1].update(sums)
    return bars


def _over_time(asked: Asked) -> Iterator[tuple[datetime, dict[str, float]]]:
    """In order of time."""
    period = asked.period
    if period.is_hourly:
        hours = _hours(asked, period.start, period.end)
        for key in sorted(hours, key=lambda key: key.start):
            yield key.start, {name: getattr(hours[key], name) for name in OVER_TIME}
        return
    rows = within(asked.rollups(), "start", period.start, period.end).order_by()
    sums = {f"sum_{name}": Sum(name) for name in OVER_TIME}
    found: Any = rows.values("start").annotate(**sums).order_by("start")
    for row in found:
        yield row["start"], {name: row[f"sum_{name}"] for name in OVER_TIME}
