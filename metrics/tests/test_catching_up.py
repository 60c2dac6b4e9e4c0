"""Metrics that are missing are made at a server's start, from rows and receipts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from conversations.tests.rows import conversation_of, generation_of, say
from metrics import catching_up
from metrics.models import ChatMetric, MetricRollup
from metrics.tests.made import ended, measured, receipt_of

pytestmark = pytest.mark.django_db


def fill_in(batch: int = 10_000) -> int:
    return catching_up.fill_in(batch, pause=0)


@pytest.mark.parametrize("status", ["complete", "stopped", "failed", "interrupted"])
def test_whatever_has_ended_gets_one(alice, status) -> None:
    generation = ended(alice, status=status)
    assert fill_in() == 1
    metric = ChatMetric.objects.get(generation=generation)
    assert (metric.status, metric.owner, metric.output_tokens) == (status, alice, 200)
    assert (metric.load_ms, metric.duration_ms) == (50.0, 4000.0)


def test_it_counts_in_the_rollups(alice) -> None:
    ended(alice)
    fill_in()
    assert MetricRollup.objects.get(owner=alice).answers == 1


def test_those_that_are_there_stay_as_they_are(alice) -> None:
    metric = measured(alice)
    ChatMetric.objects.update(output_tokens=7)
    assert fill_in() == 0
    metric.refresh_from_db()
    assert metric.output_tokens == 7


@pytest.mark.parametrize("status", ["waiting", "generating"])
def test_what_is_being_written_has_none_yet(alice, status) -> None:
    generation_of(say(conversation_of(alice), "assistant", "Half", status))
    assert fill_in() == 0


def test_a_crash_leaves_no_receipt_and_has_one_all_the_same(alice) -> None:
    generation = ended(alice, status="interrupted", receipt={})
    fill_in()
    metric = ChatMetric.objects.get(generation=generation)
    assert metric.output_tokens is None
    assert metric.duration_ms == 4000.0


def test_all_batches_are_looked_at(alice) -> None:
    for _ in range(7):
        ended(alice)
    assert fill_in(batch=2) == 7
    assert ChatMetric.objects.count() == 7


def test_one_that_cannot_be_made_does_not_stop_the_others(alice, monkeypatch, caplog) -> None:
    bad, good = ended(alice, receipt={"usage": {}, "bad": True}), ended(alice)
    real = catching_up.of_receipt

    def of_receipt(generation):
        if generation.receipt.get("bad"):
            raise ZeroDivisionError
        return real(generation)

    monkeypatch.setattr(catching_up, "of_receipt", of_receipt)
    assert fill_in() == 1
    assert ChatMetric.objects.get().generation == good
    assert f"generation {bad.pk} could not be made" in caplog.text


def test_a_look_at_many_that_miss_nothing_writes_nothing(alice, django_assert_num_queries) -> None:
    for _ in range(5):
        measured(alice)
    with django_assert_num_queries(2):
        fill_in()


@pytest.mark.django_db(transaction=True)
def test_a_server_does_it_behind_its_back(alice) -> None:
    ended(alice, timezone.now(), receipt=receipt_of())
    catching_up.start().join()
    assert ChatMetric.objects.count() == 1


def test_metrics_older_than_the_rollups_are_counted(alice) -> None:
    measured(alice)
    MetricRollup.objects.all().delete()
    catching_up.count_what_never_was()
    assert MetricRollup.objects.get(owner=alice).answers == 1


def test_what_a_crash_left_uncounted_is_counted_at_the_next_start(alice) -> None:
    """The newest days are counted first, so it is the oldest that are missing."""
    old, new = timezone.now() - timedelta(days=9), timezone.now()
    measured(alice, old)
    measured(alice, new)
    MetricRollup.objects.filter(start__lt=new - timedelta(days=2)).delete()
    catching_up.count_what_never_was()
    assert MetricRollup.objects.filter(owner=alice).count() == 2


def test_counting_that_is_broken_off_goes_on_at_the_next_start(alice, monkeypatch) -> None:
    for days in (0, 3, 9):
        measured(alice, timezone.now() - timedelta(days=days))
    MetricRollup.objects.all().delete()

    def is_killed(_: float) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(catching_up.time, "sleep", is_killed)
        with pytest.raises(KeyboardInterrupt):
            catching_up.count_what_never_was()
    assert MetricRollup.objects.filter(owner=alice).count() == 1
    catching_up.count_what_never_was()
    assert MetricRollup.objects.filter(owner=alice).count() == 3
