"""Which stretch of time a dashboard shows, what came before it, and the steps of its charts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

from metrics.rollups import day_of, hour_of, next_day

LABELS = {
    "24h": "24 hours",
    "7d": "7 days",
    "30d": "30 days",
    "90d": "90 days",
    "all": "All",
}
DAYS = {"7d": 7, "30d": 30, "90d": 90}
DEFAULT = "7d"
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` up to, not including, `end`; today and this hour are part of it. `before` is
    where the period of the same length before it began. Of `all` there is no before, and no start
    where nothing has been measured yet."""

    name: str
    end: datetime
    start: datetime | None = None
    before: datetime | None = None

    @property
    def label(self) -> str:
        return LABELS[self.name]

    @property
    def is_hourly(self) -> bool:
        return self.name == "24h"

    def steps(self) -> Iterator[tuple[datetime, str]]:
        """Where each bar of a chart begins, and its words."""
        if self.start is None:
            return
        if self.is_hourly:
            for number in range(24):
                moment = timezone.localtime(self.start.astimezone(UTC) + number * HOUR)
                yield moment, f"{moment:%H}:00"
            return
        yield from _days(self.start, self.end)


def period_of(name: str, now: datetime, first: datetime | None = None) -> Period:
    """`first` is when the first answer was measured, for a period that begins there."""
    if name == "24h":
        end = hour_of(now).astimezone(UTC) + HOUR
        return Period(name, end, end - 24 * HOUR, end - 48 * HOUR)
    end = next_day(day_of(now))
    if name == "all":
        return Period(name, end, day_of(first) if first else None)
    today, length = timezone.localtime(now).date(), DAYS[name]
    start = today - timedelta(days=length - 1)
    return Period(name, end, midnight(start), midnight(start - timedelta(days=length)))


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _days(start: datetime, end: datetime) -> Iterator[tuple[datetime, str]]:
    """Days, or weeks or months where there would be too many of them."""
    length = (end - start).days
    day = timezone.localtime(start).date()
    if length > 730:
        day = day.replace(day=1)
    elif length > 100:
        day -= timedelta(days=day.weekday())
    while midnight(day) < end:
        if length > 730:
            yield midnight(day), f"{day:%b %Y}"
            day = (day + timedelta(days=32)).replace(day=1)
        else:
            yield midnight(day), f"{day.day} {day:%b}"
            day += timedelta(days=7 if length > 100 else 1)
