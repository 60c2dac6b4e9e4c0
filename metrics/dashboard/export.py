"""The answers behind the figures as CSV, sent as they are read."""

from collections.abc import AsyncIterator
from datetime import datetime

from asgiref.sync import sync_to_async
from django.db.models import F, Q

from chatstudio.base.spreadsheet import csv_line
from metrics.dashboard.filters import Asked
from metrics.models import FACTS

type Line = tuple[datetime, int, *tuple[object, ...]]

AT_ONCE = 1_000
COLUMNS = (
    *("created_at", "person", "model_name", "server", "model_digest"),
    *("routing_profile", "prompt_profile", *FACTS),
)
OTHER_NAMES = {
    "person": F("owner__username"),
    "routing_profile": F("strategy"),
    "prompt_profile": F("prompt_profile_name"),
}


async def csv_of(asked: Asked) -> AsyncIterator[str]:
    """The newest first, in pages that begin where the one before ended: the memory of one."""
    yield "\ufeff" + csv_line(COLUMNS)
    last: tuple[datetime, int] | None = None
    while True:
        rows = await sync_to_async(_page)(asked, last)
        if rows:
            yield "".join(_line(*row) for row in rows)
        if len(rows) < AT_ONCE:
            return
        last = rows[-1][0], rows[-1][1]


def _line(at: datetime, key: int, *values: object) -> str:
    return csv_line([at.isoformat(timespec="milliseconds"), *values])


def _page(asked: Asked, last: tuple[datetime, int] | None) -> list[Line]:
    rows = asked.metrics_in_period().order_by("-created_at", "-id")
    if last:
        at, key = last
        rows = rows.filter(created_at__lte=at).filter(Q(created_at__lt=at) | Q(id__lt=key))
    named = rows.annotate(**OTHER_NAMES).annotate(at=F("created_at"), key=F("id"))
    return list(named.values_list("at", "key", *COLUMNS[1:])[:AT_ONCE])
