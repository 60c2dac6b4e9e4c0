"""What a page of metrics costs is the days that it shows, not the answers in them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from metrics.dashboard.filters import FilterForm, read_filters
from metrics.dashboard.page import context
from metrics.models import MetricRollup
from metrics.tests.made import measured

pytestmark = pytest.mark.django_db


def page_of(person, period: str) -> tuple[dict, int]:
    form = FilterForm(QueryDict(f"period={period}"))
    with CaptureQueriesContext(
        connection,
    ) as seen:
        shown = context(read_filters(person, form), form)
    return shown, len(seen)


def test_a_day_of_many_hours_is_one_row_each(alice) -> None:
    morning = timezone.localtime().replace(hour=0, minute=5) - timedelta(days=1)
    for hour in range(12):
        measured(alice, morning + timedelta(hours=hour))
    assert MetricRollup.objects.filter(owner=alice).count() == 1
    assert MetricRollup.objects.filter(owner=None).count() == 1


@pytest.mark.parametrize("period", ["24h", "7d", "all"])
def test_ten_times_the_answers_take_no_further_query(alice, period: str) -> None:
    measured(alice)
    few, queries = page_of(alice, period)
    for _ in range(9):
        measured(alice)
    many, same = page_of(alice, period)
    assert same == queries
    assert (few["tiles"][0].value, many["tiles"][0].value) == ("1", "10")


def test_24_hours_count_the_hours_that_are_in_them(alice) -> None:
    now = timezone.now()
    for age in (0, 2, 23, 25, 30, 47):
        measured(alice, now - timedelta(hours=age))
    shown, _ = page_of(alice, "24h")
    assert (shown["tiles"][0].value, shown["tiles"][0].before) == ("3", "before: 3")
