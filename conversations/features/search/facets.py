"""Filters as words of the index.

Each message has a few words beside its text: its owner, role, model, routing profile, month and
day. A filter then is one more word to be found, which costs little however many messages do not
have it; looked up row by row, a common word that is rare among one person's messages takes seconds.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

from chatstudio.models import User
from conversations.features.search.values import Filters

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), timedelta(days=31)  # from now

# At least one word of each group.
type Facets = Sequence[Sequence[str]]


def owner(person: User) -> str:
    return f"o{person.pk}"


def facets_of(person: User, filters: Filters) -> Facets:
    single = [owner(person)]
    if filters.role:
        single.append(f"r{filters.role[0]}")
    if filters.model_name:
        single.append(f"m{_hex(filters.model_name)}")
    if filters.routing_profile:
        single.append(f"p{_hex(filters.routing_profile)}")
    days = _days(filters)
    return [*([word] for word in single), *([days] if days else [])]


def _hex(text: str) -> str:
    return text.encode().hex()


def _days(filters: Filters) -> list[str]:
    """The months that lie within the filter, and the days where it begins or ends within a month.
    Nothing for days out of the ordinary, as the moments are compared in any case."""
    start, end = moments(filters)
    start, end = start or EARLIEST, end or timezone.now() + LATEST
    if filters.is_any_day or start < EARLIEST or end > timezone.now() + LATEST:
        return []
    words, day, last = [], start.date(), (end - timedelta(microseconds=1)).date()
    while day <= last:
        following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        is_whole = day.day == 1 and following - timedelta(days=1) <= last
        words.append(f"d{day:%Y%m}" if is_whole else f"d{day:%Y%m%d}")
        day = following if is_whole else day + timedelta(days=1)
    return words


def moments(filters: Filters) -> tuple[datetime | None, datetime | None]:
    """From the first moment of the first day up to the first one after the last day, in UTC."""
    start, end = filters.from_day, filters.to_day
    return (
        _midnight(start) if start else None,
        _midnight(end + timedelta(days=1)) if end and end < date.max else None,
    )


def _midnight(day: date) -> datetime:
    try:
        return timezone.make_aware(datetime.combine(day, time.min)).astimezone(UTC)
    except (OverflowError, ValueError):  # the year 1 or 9999, beside Greenwich
        return datetime.combine(day, time.min, UTC)
