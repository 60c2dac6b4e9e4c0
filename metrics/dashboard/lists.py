"""Single answers that deserve a look: what failed last, what took longest; and the thumbs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse

from conversations.models import Feedback
from metrics.dashboard import words
from metrics.dashboard.filters import Asked, within
from metrics.models import ChatMetric

SHOWN = 10
MESSAGE = "generation__message__public_id"
CONVERSATION = "generation__message__conversation__public_id"
OWNER = "generation__message__conversation__owner_id"
DELETED = "generation__message__conversation__deleted_at"
FACTS = ("created_at", "model_name", "error_code", "output_tokens")
TIMES = ("duration_ms", "time_to_first_token_ms", "load_ms")


@dataclass(frozen=True, slots=True)
class Answer:
    """`url` is empty where the conversation is somebody else's, or gone."""

    created_at: datetime
    model_name: str
    cause: str
    duration: str
    first_token: str
    load: str
    tokens: str
    url: str


def failed_metrics(asked: Asked) -> QuerySet[ChatMetric]:
    return asked.metrics_in_period().filter(status="failed").order_by("-created_at")


def slowest_metrics(asked: Asked) -> QuerySet[ChatMetric]:
    """From the longest downwards along its index until there are enough. Coalesce keeps the
    database from reading and sorting the whole period instead."""
    rows = (
        asked.metrics()
        .filter(duration_ms__gt=0)
        .annotate(at=Coalesce(F("created_at"), F("created_at")))
    )
    rows = within(rows, "at", asked.period.start, asked.period.end)
    return rows.order_by("-duration_ms")


def answers(rows: QuerySet[ChatMetric], asked: Asked) -> list[Answer]:
    found: Iterable[dict[str, Any]] = rows.values(
        *FACTS, *TIMES, MESSAGE, CONVERSATION, OWNER, DELETED
    )[:SHOWN]
    return [_answer(row, asked) for row in found]


def _answer(row: dict[str, Any], asked: Asked) -> Answer:
    url = ""
    if row[OWNER] == asked.viewer.pk and row[DELETED] is None:
        url = f"{reverse('conversation', args=[row[CONVERSATION]])}#message-{row[MESSAGE]}"
    duration, first, load = (words.duration(row[name]) for name in TIMES)
    return Answer(
        created_at=row["created_at"],
        model_name=row["model_name"],
        cause=words.cause(row["error_code"]),
        duration=duration,
        first_token=first,
        load=load,
        tokens=words.count(row["output_tokens"]),
        url=url,
    )


@dataclass(frozen=True, slots=True)
class Thumbs:
    model_name: str
    up: int
    down: int

    @property
    def share(self) -> str:
        return words.share(self.up / (self.up + self.down))


def thumbs(asked: Asked) -> list[Thumbs]:
    """By model, the most rated first; of the period in which the thumb was given."""
    rows = within(Feedback.objects.all(), "created_at", asked.period.start, asked.period.end)
    if asked.person:
        rows = rows.filter(message__conversation__owner=asked.person)
    if asked.fields:
        measured = ChatMetric.objects.filter(generation__message=OuterRef("message"))
        rows = rows.filter(Exists(measured.filter(**asked.fields)))
    found: dict[str, dict[str, int]] = {}
    for row in rows.order_by().values("message__model_name", "value").annotate(count=Count("id")):
        counts = found.setdefault(row["message__model_name"], {"up": 0, "down": 0})
        counts[row["value"]] += row["count"]
    rated = [Thumbs(name, **counts) for name, counts in found.items()]
    return sorted(rated, key=lambda one: (-one.up - one.down, one.model_name))
