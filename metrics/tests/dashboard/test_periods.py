"""Periods: whole hours and days of this place, with the same length before them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from metrics.dashboard.periods import period_of

NOW = datetime(2026, 11, 24, 21, 45, tzinfo=UTC)


@pytest.fixture(autouse=True, params=["UTC", "Europe/Vienna", "Asia/Kolkata"])
def place(request):
    with timezone.override(request.param):
        yield


def test_24_hours_end_with_this_one() -> None:
    period = period_of("24h", NOW)
    assert period.start < NOW - timedelta(hours=23) < NOW < period.end
    assert period.end - period.start == period.start - period.before == timedelta(hours=24)


@pytest.mark.parametrize(("name", "days"), [("7d", 7), ("30d", 30), ("90d", 90)])
def test_days_are_whole_and_today_is_one_of_them(name: str, days: int) -> None:
    period = period_of(name, NOW)
    assert period.start < NOW < period.end
    for moment in (period.before, period.start, period.end):
        assert timezone.localtime(moment).hour == 0
    assert len(list(period.steps())) == days


def test_all_begins_with_the_first_answer() -> None:
    first = NOW - timedelta(days=10, hours=3)
    period = period_of("all", NOW, first)
    assert period.start <= first < period.start + timedelta(days=1)
    assert period.before is None


def test_all_of_nothing_has_no_steps() -> None:
    assert list(period_of("all", NOW).steps()) == []


@pytest.mark.parametrize(("days", "most"), [(50, 60), (400, 110), (2000, 110)])
def test_a_long_time_has_weeks_or_months_for_steps(days: int, most: int) -> None:
    steps = list(period_of("all", NOW, NOW - timedelta(days=days)).steps())
    assert 12 <= len(steps) <= most
    assert steps[0][0] <= NOW - timedelta(days=days)


def test_each_of_24_hours_has_a_bar() -> None:
    steps = [moment for moment, _ in period_of("24h", NOW).steps()]
    assert len(set(steps)) == 24
    assert steps[-1] <= NOW < steps[-1] + timedelta(hours=1)
