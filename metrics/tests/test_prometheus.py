"""What Prometheus reads: names, units, few labels, and that it is right."""

from datetime import timedelta

import pytest
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from conversations.models import Feedback
from metrics import prometheus
from metrics.tests.made import ended, failed, measured, receipt_of

pytestmark = pytest.mark.django_db

type Samples = dict[tuple[str, frozenset], float]


def scraped(client) -> Samples:
    answer = client.get("/metrics/prometheus")
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def value(samples: Samples, name: str, **labels: str) -> float:
    return samples[name, frozenset(labels.items())]


def test_answers_are_counted_by_status(alice, client) -> None:
    measured(alice)
    measured(alice)
    failed(alice, "no_model")
    samples, labels = scraped(client), {"model": "echo", "profile": "direct"}
    assert value(samples, "chatstudio_answers_total", **labels, status="complete") == 2
    assert value(samples, "chatstudio_answers_total", **labels, status="failed") == 1
    assert value(samples, "chatstudio_errors_total", **labels, code="no_model") == 1


def test_tokens_and_times_have_their_units(alice, client) -> None:
    measured(alice, receipt=receipt_of(took=4000.0))
    samples, labels = scraped(client), {"model": "echo", "profile": "direct"}
    assert value(samples, "chatstudio_output_tokens_total", **labels) == 200
    assert value(samples, "chatstudio_answer_duration_seconds_sum", **labels) == 4.0
    assert value(samples, "chatstudio_answer_duration_seconds_count", **labels) == 1


def test_a_histogram_is_cumulative_and_ends_with_all(alice, client) -> None:
    for first in (100.0, 300.0, 5000.0):
        measured(alice, receipt=receipt_of(first=first))
    samples, labels = scraped(client), {"model": "echo", "profile": "direct"}

    def below(bound: str) -> float:
        return value(samples, "chatstudio_time_to_first_token_seconds_bucket", **labels, le=bound)

    assert (below("0.064"), below("0.128"), below("0.512"), below("8.192")) == (0, 1, 2, 3)
    assert below("+Inf") == 3


def test_everybody_is_counted_and_nobody_is_named(alice, bob, client) -> None:
    measured(alice)
    measured(bob)
    samples = scraped(client)
    labels = {"model": "echo", "profile": "direct", "status": "complete"}
    assert value(samples, "chatstudio_answers_total", **labels) == 2
    known = {name for _, pairs in samples for name, _ in pairs}
    assert known <= {"model", "profile", "status", "code", "le", "value"}


def test_closed_days_and_today_are_both_counted(alice, client) -> None:
    measured(alice)
    measured(alice, timezone.now() - timedelta(days=40))
    labels = {"model": "echo", "profile": "direct", "status": "complete"}
    assert value(scraped(client), "chatstudio_answers_total", **labels) == 2


def test_a_counter_never_goes_down(alice, client) -> None:
    labels = {"model": "echo", "profile": "direct", "status": "complete"}
    seen = []
    for days in (0, 3, 1, 0):
        measured(alice, timezone.now() - timedelta(days=days))
        seen.append(value(scraped(client), "chatstudio_answers_total", **labels))
    assert seen == sorted(seen)
    prometheus._closed_figures.cache_clear()
    assert value(scraped(client), "chatstudio_answers_total", **labels) == 4


def test_only_so_many_models_have_names(alice, client, monkeypatch) -> None:
    monkeypatch.setattr(prometheus, "MODELS", 2)
    for name in ("first", "second", "third", "fourth", "first"):
        measured(alice, model_name=name)
    samples = scraped(client)
    named = {dict(pairs).get("model") for name, pairs in samples if name.endswith("tokens_total")}
    assert named == {"first", "second", "other"}
    labels = {"model": "other", "profile": "direct"}
    assert value(samples, "chatstudio_output_tokens_total", **labels) == 400


def test_what_goes_on_now_and_the_thumbs_are_gauges(alice, client) -> None:
    Feedback.objects.create(message=ended(alice).message, value="up")
    samples = scraped(client)
    assert value(samples, "chatstudio_thumbs", value="up") == 1
    assert value(samples, "chatstudio_answers_active") == 0


def test_the_newer_format_is_spoken_too(alice, client) -> None:
    measured(alice)
    answer = client.get("/metrics/prometheus", headers={"Accept": "application/openmetrics-text"})
    assert answer["Content-Type"].startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")


def test_on_ones_own_machine_it_needs_no_token(alice, client, settings) -> None:
    settings.METRICS_TOKEN = "set all the same"
    assert client.get("/metrics/prometheus").status_code == 200


def test_it_takes_the_same_queries_for_any_number(
    alice, client, django_assert_max_num_queries
) -> None:
    for number in range(20):
        measured(alice, model_name=f"m{number}")
    with django_assert_max_num_queries(8):
        client.get("/metrics/prometheus")
