"""Many writers at once: nothing lost, nothing doubled."""

import threading
from functools import partial

import pytest
from django.db import connections

from metrics.models import ChatMetric, MetricRollup
from metrics.recording import of_receipt, save_all
from metrics.tests.made import ended

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works) -> None:
    barrier = threading.Barrier(len(works))

    def run(work) -> None:
        try:
            barrier.wait()
            work()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def recording(generation, times: int = 1):
    def work() -> None:
        for _ in range(times):
            save_all([generation], of_receipt)

    return work


def test_answers_that_end_together_all_count(alice, bob) -> None:
    generations = [ended((alice, bob)[number % 2]) for number in range(8)]
    at_once(*map(recording, generations))
    assert MetricRollup.objects.get(owner=None).answers == 8
    assert sum(row.answers for row in MetricRollup.objects.filter(owner=alice)) == 4


def test_one_generation_recorded_by_many_counts_once(alice) -> None:
    generation = ended(alice)
    at_once(*[recording(generation, 3) for _ in range(4)])
    assert ChatMetric.objects.count() == 1
    assert [row.answers for row in MetricRollup.objects.all()] == [1, 1]


def test_moments_of_several_processes_count_each_once(alice, bob) -> None:
    generations = [ended((alice, bob)[number % 2]) for number in range(12)]
    moments = [generations[:8], generations[4:], generations[::-1]]
    at_once(*[partial(save_all, moment, of_receipt) for moment in moments])
    assert ChatMetric.objects.count() == MetricRollup.objects.get(owner=None).answers == 12
