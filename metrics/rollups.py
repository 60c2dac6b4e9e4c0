"""Keeps MetricRollup right while metrics are recorded, and makes it anew from them.

Counted at recording time, in the metrics' own transaction: what a page shows is never behind, no
timer has to run, and what is recorded again takes back what it had counted before. Rows are locked
in one order, so that writers wait for each other instead of for ever.

Distributions stand on one fixed logarithmic scale, four buckets to a doubling: bucket i holds the
values from 2^(i/4) up to 2^((i+1)/4). A percentile is read as the middle of its bucket (on the same
scale), so it is at most a factor of 2^(1/8) away from the true value: 9.1 %. Being fixed, buckets
of any days, people and processes add up. They are kept as a dict from the bucket's number, as text
because JSON has no other keys, to the count.
"""

import json
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Max, Min, QuerySet
from django.utils import timezone

from chatstudio.base.quick_rows import KeptQuery, update_row
from metrics.models import ChatMetric, MetricRollup

# A server that has the model in memory reports a few milliseconds of "loading" all the same.
LOADED_FROM_MS = 250
STATUSES = ("complete", "stopped", "failed", "interrupted", "awaiting_approval")
DISTRIBUTIONS = {
    "time_to_first_token": "time_to_first_token_ms",
    "duration": "duration_ms",
    "tokens_per_second": "tokens_per_second",
}
BUCKETS_PER_DOUBLING = 4
LOWEST, HIGHEST = -40, 120  # 0.001 up to 12 days in milliseconds
ERROR_BOUND = 2 ** (1 / (2 * BUCKETS_PER_DOUBLING)) - 1

MEASURED = (
    *("owner_id", "created_at", "model_name", "strategy", "prompt_profile_name", "status"),
    *("error_code", "fallback", "input_tokens", "output_tokens", "tool_calls", "load_ms"),
    *("time_to_first_token_ms", "duration_ms", "tokens_per_second", "metric_metadata"),
)
"""What of a metric counts."""
SUMS = (
    *("answers", *STATUSES, "fallbacks", "input_tokens", "output_tokens", "tool_calls"),
    *("loads", "load_ms", "gpu_shares", "gpu_share_sum", "time_to_first_token_ms", "duration_ms"),
)
TALLIES = ("errors", *DISTRIBUTIONS)

type Histogram = dict[str, int]
type Measured = Any
"""A ChatMetric, or a row with the values of MEASURED by their names."""


class Key(NamedTuple):
    """Which row: 0 stands for everybody."""

    owner_id: int
    start: datetime
    model_name: str
    routing_profile: str
    prompt_profile_name: str

    def fields(self) -> dict[str, object]:
        return self._asdict() | {"owner_id": self.owner_id or None}


def hour_of(moment: datetime) -> datetime:
    """By this server's clock, so that a day's hours are all within it: in some places the hour
    begins at half past of UTC's."""
    return timezone.localtime(moment).replace(minute=0, second=0, microsecond=0)


def day_of(moment: datetime) -> datetime:
    """The midnight before, where this server is."""
    local = timezone.localtime(moment)
    return datetime.combine(local.date(), time.min, local.tzinfo)


def names_of(metric: Measured) -> tuple[str, str, str]:
    return metric.model_name, metric.strategy, metric.prompt_profile_name


def keys_of(metric: ChatMetric) -> tuple[Key, Key]:
    what = names_of(metric)
    return (
        Key(metric.owner_id, day_of(metric.created_at), *what),
        Key(0, day_of(metric.created_at), *what),
    )


def count(counted: Iterable[tuple[ChatMetric, int]]) -> None:
    """Each metric with 1, or with -1 where it is taken back; within their transaction. However many
    they are, each row is written once."""
    changes: defaultdict[Key, list[tuple[ChatMetric, int]]] = defaultdict(list)
    for metric, sign in counted:
        for key in keys_of(metric):
            changes[key].append((metric, sign))
    for key in sorted(changes, reverse=True):  # everybody's rows last: all writers want them
        row = _lock_rollup(key)
        for metric, sign in changes[key]:
            apply(row, metric, sign)
        update_row(row, *SUMS, *TALLIES)


_own_rollups = KeptQuery(
    lambda owner, *rest: _locked(owner_id=owner, **dict(zip(Key._fields[1:], rest, strict=True))),
    *(int, datetime, str, str, str),
)
_rollups_of_all = KeptQuery(
    lambda *rest: _locked(owner=None, **dict(zip(Key._fields[1:], rest, strict=True))),
    *(datetime, str, str, str),
)


def _locked(**key: Any) -> QuerySet[MetricRollup]:
    return MetricRollup.objects.select_for_update().filter(**key)


def _lock_rollup(key: Key) -> MetricRollup:
    if (row := _find_rollup(key)) is not None:
        return row
    # Two writers may find none at the same moment: the second keeps the first one's.
    MetricRollup.objects.bulk_create([MetricRollup(**key.fields())], ignore_conflicts=True)
    return MetricRollup.objects.select_for_update().get(**key.fields())


def _find_rollup(key: Key) -> MetricRollup | None:
    return _own_rollups.first(*key) if key.owner_id else _rollups_of_all.first(*key[1:])


def apply(row: "MetricRollup | Sums", metric: Measured, sign: int = 1) -> None:
    """Adds a metric to a row, or takes it back."""
    for name, amount in amounts_of(metric):
        setattr(row, name, max(0, getattr(row, name) + sign * amount))
    if metric.error_code:
        _tally(row.errors, metric.error_code, sign)
    for name, source in DISTRIBUTIONS.items():
        add(getattr(row, name), getattr(metric, source), sign)


def amounts_of(metric: Measured) -> Iterator[tuple[str, float]]:
    yield "answers", 1
    if metric.status in STATUSES:
        yield metric.status, 1
    yield "fallbacks", 1 if metric.fallback else 0
    for name in ("input_tokens", "output_tokens", "tool_calls"):
        yield name, getattr(metric, name) or 0
    for name in ("time_to_first_token_ms", "duration_ms"):
        yield name, getattr(metric, name) or 0.0
    if metric.load_ms and metric.load_ms >= LOADED_FROM_MS:
        yield "loads", 1
        yield "load_ms", metric.load_ms
    share = metric.metric_metadata.get("gpu_share")
    if isinstance(share, int | float):
        yield "gpu_shares", 1
        yield "gpu_share_sum", share


def _tally(counts: dict[str, int], name: str, count: int) -> None:
    """In place. A negative count takes back what was added; what is at none is left out."""
    counts[name] = counts.get(name, 0) + count
    if counts[name] <= 0:
        del counts[name]


def are_behind() -> bool:
    """Whether metrics are older than all rollups, which are made from the newest day on: what a
    crash has left uncounted are the oldest days, too."""
    moments = ChatMetric.objects.order_by("created_at").values_list("created_at", flat=True)
    first = moments.first()
    return first is not None and not MetricRollup.objects.filter(start__lte=first).exists()


def rebuild() -> Iterator[tuple[datetime, int]]:
    """All rollups anew, a day at a time, while metrics go on being recorded; the newest first, as
    that is what people look at. Yields each day and how many metrics it had."""
    for day in _days():
        yield day, _rebuild_day(day)


def _days() -> Iterator[datetime]:
    """From the last metric or rollup to the first one."""
    first, last = _span(ChatMetric, "created_at"), _span(MetricRollup, "start")
    moments = [moment for moment in (*first, *last) if moment]
    day = day_of(max(moments)) if moments else None
    while day is not None and day >= day_of(min(moments)):
        yield day
        day = day_before(day)


def _span(model: type[ChatMetric | MetricRollup], field: str) -> tuple[datetime | None, ...]:
    found = model._default_manager.aggregate(first=Min(field), last=Max(field))
    return found["first"], found["last"]


def next_day(day: datetime) -> datetime:
    """The following midnight; a day with a change of clocks has 23 hours, or 25."""
    return day_of(day + timedelta(hours=36))


def day_before(day: datetime) -> datetime:
    return day_of(day - timedelta(hours=12))


def _rebuild_day(day: datetime) -> int:
    until = next_day(day)
    with transaction.atomic():
        _keep_recorders_waiting()
        MetricRollup.objects.filter(start__gte=day, start__lt=until).delete()
        metrics = ChatMetric.objects.filter(created_at__gte=day, created_at__lt=until).order_by()
        # Rows with names, as a million objects of a model would take as long as all the rest.
        measured = metrics.values_list(*MEASURED, named=True).iterator(chunk_size=5000)
        own, counted = sum_metrics(measured, lambda _: day)
        _write(own | for_everybody(own))
    return counted


def _keep_recorders_waiting() -> None:
    """SQLite's transactions exclude each other anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE metrics_metricrollup IN EXCLUSIVE MODE")


class Sums:
    """A rollup while many are made: as a row's object, of which a million would take minutes."""

    errors: Histogram

    def __init__(self) -> None:
        for name in SUMS:
            setattr(self, name, 0)
        for name in TALLIES:
            setattr(self, name, {})


def sum_metrics(
    metrics: Iterable[Measured], start_of: Callable[[datetime], datetime]
) -> tuple[dict[Key, Sums], int]:
    """Each person's own, by when they begin, and how many metrics there were."""
    rows: defaultdict[Key, Sums] = defaultdict(Sums)
    counted = 0
    for counted, metric in enumerate(metrics, 1):  # noqa: B007  the number of the last one
        apply(rows[Key(metric.owner_id, start_of(metric.created_at), *names_of(metric))], metric)
    return rows, counted


def for_everybody(own: Mapping[Key, Sums]) -> dict[Key, Sums]:
    found: defaultdict[Key, Sums] = defaultdict(Sums)
    for key, row in own.items():
        total = found[key._replace(owner_id=0)]
        for name in SUMS:
            setattr(total, name, getattr(total, name) + getattr(row, name))
        for name in TALLIES:
            add_all(getattr(total, name), getattr(row, name))
    return found


def _write(rows: Mapping[Key, Sums]) -> None:
    """By hand: `bulk_create` asks each field of each row how it is stored, two thirds of it all."""
    columns = [*Key._fields, *SUMS, *TALLIES]
    names = ", ".join(map(connection.ops.quote_name, columns))
    places = ", ".join(["%s"] * len(columns))
    table = connection.ops.quote_name(MetricRollup._meta.db_table)
    moments = {
        start: connection.ops.adapt_datetimefield_value(start)
        for start in {key.start for key in rows}
    }
    values = (
        [
            *(key.owner_id or None, moments[key.start], *key[2:]),
            *(getattr(row, name) for name in SUMS),
            *(json.dumps(getattr(row, name)) for name in TALLIES),
        ]
        for key, row in rows.items()
    )
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", list(values))  # noqa: S608  columns


def bucket_of(value: float) -> int:
    if value <= 0:
        return LOWEST
    number = math.floor(math.log2(value) * BUCKETS_PER_DOUBLING)
    return max(LOWEST, min(HIGHEST, number))


def upper_bound(bucket: int) -> float:
    return float(2 ** ((bucket + 1) / BUCKETS_PER_DOUBLING))


def middle_of(bucket: int) -> float:
    return float(2 ** ((bucket + 0.5) / BUCKETS_PER_DOUBLING))


def add(histogram: Histogram, value: float | None, count: int = 1) -> None:
    if value is not None:
        _tally(histogram, str(bucket_of(value)), count)


def add_all(histogram: Histogram, other: Mapping[str, int]) -> None:
    for key, count in other.items():
        histogram[key] = histogram.get(key, 0) + count


def percentile(histogram: Mapping[str, int], share: float) -> float | None:
    """The value below which that share of the values lies, within ERROR_BOUND; None without any."""
    wanted = math.ceil(sum(histogram.values()) * share)
    seen = 0
    for bucket, count in sorted((int(key), count) for key, count in histogram.items()):
        seen += count
        if seen >= wanted:
            return middle_of(bucket)
    return None
