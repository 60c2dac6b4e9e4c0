"""The answers behind the figures as CSV, sent as they are read."""

import csv
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from asgiref.sync import sync_to_async
from django.db.models import F, Q

from metrics.dashboard.filters import Asked

AT_ONCE = 1_000
COLUMNS = (
    "created_at",
    "person",
    "model_name",
    "server",
    "model_digest",
    "routing_profile",
    "prompt_profile",
    "status",
    "finish_reason",
    "error_code",
    "input_tokens",
    "output_tokens",
    "time_to_first_token_ms",
    "duration_ms",
    "queue_ms",
    "load_ms",
    "prompt_ms",
    "generation_ms",
    "tokens_per_second",
    "tool_calls",
    "messages_left_out",
    "fallback",
)
OTHER_NAMES = {
    "person": F("owner__username"),
    "routing_profile": F("strategy"),
    "prompt_profile": F("prompt_profile_name"),
}
# A spreadsheet takes a text that begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Line:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def cell(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, str) and value.lstrip(" ").startswith(FORMULA):
        return f"'{value}"
    return "" if value is None else value


def lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    writer = csv.writer(_Line())
    for row in rows:
        yield writer.writerow([cell(value) for value in row])


async def csv_of(asked: Asked) -> AsyncIterator[str]:
    """The newest first, in pages that begin where the one before ended: the memory of one."""
    yield "\ufeff" + "".join(lines([COLUMNS]))
    last: tuple[datetime, int] | None = None
    while True:
        rows = await sync_to_async(_page)(asked, last)
        if rows:
            yield "".join(lines([row[2:] for row in rows]))
        if len(rows) < AT_ONCE:
            return
        last = rows[-1][0], rows[-1][1]


def _page(asked: Asked, last: tuple[datetime, int] | None) -> list[tuple[Any, ...]]:
    rows = asked.metrics_in_period().order_by("-created_at", "-id")
    if last:
        at, key = last
        rows = rows.filter(created_at__lte=at).filter(Q(created_at__lt=at) | Q(id__lt=key))
    named = rows.annotate(**OTHER_NAMES).annotate(at=F("created_at"), key=F("id"))
    return list(named.values_list("at", "key", *COLUMNS)[:AT_ONCE])
