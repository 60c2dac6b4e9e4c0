"""Rollups are what their metrics come to, however often and in whatever order they are recorded."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from metrics import rollups
from metrics.models import ChatMetric, MetricRollup
from metrics.recording import of_receipt, save_all
from metrics.rollups import percentile
from metrics.tests.made import ended, failed, measured, receipt_of

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 5, 4, 12, 20, tzinfo=UTC)


def everything() -> list[dict]:
    names = [field.name for field in MetricRollup._meta.fields if field.name != "id"]
    return list(MetricRollup.objects.order_by("owner", "start", "model_name").values(*names))


def day(owner) -> MetricRollup:
    return MetricRollup.objects.get(owner=owner)


def test_an_answer_counts_for_its_person_and_for_everybody(alice) -> None:
    measured(alice, NOON)
    own, all_of_us = day(alice), day(None)
    assert (own.answers, all_of_us.answers) == (1, 1)
    assert (own.input_tokens, own.output_tokens, own.complete) == (100, 200, 1)


def test_rows_are_days(alice) -> None:
    measured(alice, NOON)
    measured(alice, NOON + timedelta(hours=1))
    assert (day(alice).answers, day(None).answers) == (2, 2)
    assert timezone.localtime(day(None).start).hour == 0


def test_percentiles_can_be_read_from_it(alice) -> None:
    for first in (100.0, 200.0, 5000.0):
        measured(alice, NOON, receipt=receipt_of(first=first))
    assert percentile(day(alice).time_to_first_token, 0.5) == pytest.approx(200, rel=0.1)
    assert percentile(day(alice).time_to_first_token, 0.95) == pytest.approx(5000, rel=0.1)


def test_the_same_metric_again_is_not_counted_twice(alice) -> None:
    generation = ended(alice, NOON)
    save_all([generation], of_receipt)
    once = everything()
    save_all([generation], of_receipt)
    assert everything() == once


def test_a_metric_that_has_changed_takes_back_what_it_was(alice) -> None:
    generation = ended(alice, NOON, status="interrupted")
    save_all([generation], of_receipt)
    generation.status, generation.model_name = "complete", "llama3:8b"
    save_all([generation], of_receipt)
    row = MetricRollup.objects.get(owner=alice, answers=1)
    assert (row.model_name, row.complete, row.interrupted) == ("llama3:8b", 1, 0)
    before = MetricRollup.objects.get(owner=alice, answers=0)
    assert (before.time_to_first_token, before.output_tokens) == ({}, 0)


def test_a_continued_answer_counts_each_generation_once(alice, conversation) -> None:
    measured(alice, NOON, conversation=conversation, status="stopped")
    measured(alice, NOON, conversation=conversation, cause="continue")
    assert (day(alice).answers, day(alice).stopped, day(alice).complete) == (2, 1, 1)


def test_models_and_profiles_are_told_apart(alice) -> None:
    measured(alice, NOON, model_name="a")
    measured(alice, NOON, model_name="b")
    measured(alice, NOON, model_name="b", strategy="agent")
    measured(alice, NOON, model_name="b", receipt=receipt_of(profile="Pirate"))
    assert MetricRollup.objects.filter(owner=alice).count() == 4


def test_errors_are_counted_by_cause(alice) -> None:
    failed(alice, "server_unreachable", at=NOON)
    failed(alice, "server_unreachable", at=NOON)
    failed(alice, "no_model", at=NOON)
    assert day(alice).errors == {"server_unreachable": 2, "no_model": 1}
    assert day(alice).failed == 3


def test_a_few_milliseconds_of_loading_are_none(alice) -> None:
    measured(alice, NOON)
    receipt = receipt_of() | {"timings": {"load_ms": 1500.0}, "model": {"gpu_share": 0.25}}
    measured(alice, NOON, receipt=receipt)
    assert (day(alice).loads, day(alice).load_ms) == (1, 1500.0)
    assert (day(alice).gpu_shares, day(alice).gpu_share_sum) == (1, 0.25)


def some_metrics(alice, bob) -> None:
    for number in range(12):
        owner = (alice, bob)[number % 2]
        measured(owner, NOON + timedelta(hours=7 * number), model_name=f"m{number % 3}")
    failed(alice, at=NOON)


def test_rebuilt_they_are_the_same(alice, bob) -> None:
    some_metrics(alice, bob)
    before = everything()
    list(rollups.rebuild())
    assert everything() == before


def test_rebuilding_mends_what_is_wrong(alice, bob) -> None:
    some_metrics(alice, bob)
    before = everything()
    MetricRollup.objects.filter(owner=alice).delete()
    MetricRollup.objects.update(answers=77)
    call_command("rebuild_rollups")
    assert everything() == before


def test_rebuilding_removes_what_has_no_metric(alice) -> None:
    measured(alice, NOON)
    ChatMetric.objects.all().delete()
    list(rollups.rebuild())
    assert not MetricRollup.objects.exists()


@pytest.mark.parametrize("zone", ["Europe/Vienna", "Asia/Kolkata", "America/St_Johns", "UTC"])
def test_rebuilt_they_are_the_same_in_every_time_zone(alice, bob, settings, zone) -> None:
    settings.TIME_ZONE = zone
    with timezone.override(zone):
        some_metrics(alice, bob)
        before = everything()
        list(rollups.rebuild())
        assert everything() == before


def test_rebuilding_nothing_is_no_mistake(db, capsys) -> None:
    call_command("rebuild_rollups")
    assert capsys.readouterr().out == "0 metrics of 0 days counted.\n"


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25", "2026-07-01"])
def test_the_next_day_is_the_next_midnight(day: str) -> None:
    with timezone.override("Europe/Vienna"):
        midnight = rollups.day_of(datetime.fromisoformat(f"{day}T12:00:00+00:00"))
        following = timezone.localtime(rollups.next_day(midnight))
        assert (following.hour, following.minute) == (0, 0)
        assert (following.date() - midnight.date()).days == 1
        assert rollups.day_before(following) == midnight
