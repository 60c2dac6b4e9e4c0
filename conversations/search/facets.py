"""Filters as words of the index.

Each message has a few words beside its text: its owner, role, model, routing profile and month. A
filter then is one more word to be found, which costs little however many messages do not have it:
looked up row by row, a common word that is rare among one person's messages takes seconds.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

from chatstudio.models import User
from conversations.search.values import Filters

MOST_MONTHS = 600
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)  # where no first day is named

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
    months = _months(filters)
    return [*([word] for word in single), *([months] if months else [])]


def _hex(text: str) -> str:
    return text.encode().hex()


def _months(filters: Filters) -> list[str]:
    """In which a day of the filter may lie; nothing where they are too many to be of use, as the
    days themselves are compared in any case."""
    start, end = moments(filters)
    if not start and not end:
        return []
    start, end = start or EARLIEST, end or timezone.now() + timedelta(days=31)
    first, last = (moment.year * 12 + moment.month - 1 for moment in (start, end))
    if last - first >= MOST_MONTHS:
        return []
    return [f"d{month // 12:04}{month % 12 + 1:02}" for month in range(first, last + 1)]


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
