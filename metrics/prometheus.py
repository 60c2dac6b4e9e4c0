"""The figures in Prometheus' own format.

Computed from the rollups instead of counters of this process: they are right whichever of several
processes is asked, and they go on after a restart. What closed days come to is remembered for up
to an hour (an old answer that is counted late shows then); the days since yesterday are read each
time.

Names are few: no person, no conversation; at most MODELS names of models, the first ones that were
used here, so that a name never moves to "other" later; statuses and error codes are closed lists.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from django.db.models import Count, Min, QuerySet
from django.utils import timezone

from conversations.models import Feedback, Generation
from conversations.models.message import ACTIVE
from metrics import rollups
from metrics.dashboard.figures import Figures, Names, group_figures, together
from metrics.models import MetricRollup
from metrics.rollups import STATUSES, day_of

if TYPE_CHECKING:
    from prometheus_client.core import Metric

MODELS = 50
OTHER = "other"
COUNTERS = {
    "input_tokens": ("chatstudio_input_tokens", "Tokens that models have read.", 1),
    "output_tokens": ("chatstudio_output_tokens", "Tokens that models have written.", 1),
    "tool_calls": ("chatstudio_tool_calls", "Tools that models have called.", 1),
    "fallbacks": ("chatstudio_fallbacks", "Answers that another way had to give.", 1),
    "loads": ("chatstudio_model_loads", "Answers that waited for their model to load.", 1),
    "load_ms": ("chatstudio_model_load_seconds", "How long models took to load.", 1000),
}
HISTOGRAMS = {
    "time_to_first_token": (
        "chatstudio_time_to_first_token_seconds",
        "From the question to the first word of the answer.",
    ),
    "duration": ("chatstudio_answer_duration_seconds", "From the question to the answer's end."),
}
SUMS = (*STATUSES, *COUNTERS, *(f"{name}_ms" for name in HISTOGRAMS))
# Every doubling from 8 ms to 35 min: upper bounds of our own buckets.
BOUNDS = [2.0**power for power in range(3, 22)]


def exposition(accept: str) -> tuple[bytes, str]:
    """The text and its type, as the asking Prometheus wants them."""
    from prometheus_client import CollectorRegistry
    from prometheus_client.exposition import choose_encoder
    from prometheus_client.registry import Collector

    class Ours(Collector):
        def collect(self) -> Iterator["Metric"]:
            return families(timezone.now())

    registry = CollectorRegistry(auto_describe=False)
    registry.register(Ours())
    encode, content_type = choose_encoder(accept)
    return encode(registry), content_type


def families(now: datetime) -> Iterator["Metric"]:
    totals = bound_models(_both(now))
    yield from _counters(totals)
    yield from _histograms(totals)
    yield from _gauges()


def _both(now: datetime) -> dict[Names, Figures]:
    """Closed days and those since yesterday: an answer that began before midnight may end after."""
    boundary = day_of(day_of(now) - timedelta(hours=12))
    closed = _closed_figures(boundary, now.replace(minute=0, second=0, microsecond=0))
    found = {labels: together([totals]) for labels, totals in closed.items()}
    for labels, totals in _read(_days().filter(start__gte=boundary)).items():
        found.setdefault(labels, Figures()).add(totals)
    return found


@lru_cache(maxsize=1)
def _closed_figures(boundary: datetime, hour: datetime) -> dict[Names, Figures]:
    return _read(_days().filter(start__lt=boundary))


def _days() -> QuerySet[MetricRollup]:
    return MetricRollup.objects.filter(owner=None).order_by()


def _read(rows: QuerySet[MetricRollup]) -> dict[Names, Figures]:
    return group_figures(rows, ("model_name", "routing_profile"), SUMS, HISTOGRAMS)


def bound_models(found: Mapping[Names, Figures]) -> dict[Names, Figures]:
    named = _days().values("model_name").annotate(first=Min("id")).order_by("first")
    known = {row["model_name"] for row in named[:MODELS]}
    kept: defaultdict[Names, Figures] = defaultdict(Figures)
    for (model, routing), totals in found.items():
        kept[model if model in known else OTHER, routing].add(totals)
    return dict(sorted(kept.items()))


def _counters(totals: Mapping[Names, Figures]) -> Iterator["Metric"]:
    from prometheus_client.core import CounterMetricFamily

    answers = CounterMetricFamily(
        "chatstudio_answers", "Answers that have ended.", labels=["model", "profile", "status"]
    )
    errors = CounterMetricFamily(
        "chatstudio_errors", "Answers that have failed.", labels=["model", "profile", "code"]
    )
    for labels, figures in totals.items():
        for status in STATUSES:
            answers.add_metric([*labels, status], figures.sums[status])
        for code, count in sorted(figures.errors.items()):
            errors.add_metric([*labels, code], count)
    yield from (answers, errors)
    for name, (metric, sentence, unit) in COUNTERS.items():
        family = CounterMetricFamily(metric, sentence, labels=["model", "profile"])
        for labels, figures in totals.items():
            family.add_metric(labels, figures.sums[name] / unit)
        yield family


def _histograms(totals: Mapping[Names, Figures]) -> Iterator["Metric"]:
    from prometheus_client.core import HistogramMetricFamily

    for name, (metric, sentence) in HISTOGRAMS.items():
        family = HistogramMetricFamily(metric, sentence, labels=["model", "profile"])
        for labels, figures in totals.items():
            buckets = cumulative(figures.distributions.get(name, {}))
            family.add_metric(labels, buckets, sum_value=figures.sums[f"{name}_ms"] / 1000)
        yield family


def cumulative(histogram: Mapping[str, int]) -> list[tuple[str, float]]:
    """How many values lie below each bound. Ours are exclusive, Prometheus' inclusive: a value
    that equals a bound exactly stands one bucket higher."""
    counts = sorted((rollups.upper_bound(int(key)), count) for key, count in histogram.items())
    found = [
        (f"{bound / 1000:g}", float(sum(n for upper, n in counts if upper <= bound * 1.0001)))
        for bound in BOUNDS
    ]
    return [*found, ("+Inf", float(sum(n for _, n in counts)))]


def _gauges() -> Iterator["Metric"]:
    from prometheus_client.core import GaugeMetricFamily

    active = Generation.objects.filter(status__in=ACTIVE).count()
    yield GaugeMetricFamily(
        "chatstudio_answers_active", "Answers that are being written now.", value=active
    )
    thumbs = GaugeMetricFamily(
        "chatstudio_thumbs", "Answers with a thumb up or down.", labels=["value"]
    )
    given: dict[str, int] = dict(Feedback.objects.values_list("value").annotate(Count("id")))
    for value in Feedback.Value.values:
        thumbs.add_metric([value], given.get(value, 0))
    yield thumbs
