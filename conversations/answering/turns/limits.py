"""How many answers a person, and each of their API keys, may begin."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.db import connection
from django.db.models import F, Func, Min, QuerySet
from django.utils import timezone

from chatstudio.base.quick_rows import KeptQuery
from chatstudio.models import ApiKey, User
from conversations.models import Generation
from conversations.models.generation import Generations

MINUTE = timedelta(minutes=1)
MOMENT_SECONDS = 5
"""Nobody knows when an answer ends; that is when to ask again."""


class TurnRefused(Exception):
    """A turn that cannot begin now. `status` is HTTP's, `field` what was wrong of what was sent, if
    that is known; the text says what to do."""

    status = 409
    field = ""


class TurnInvalid(TurnRefused):
    """What was sent is no message that could be taken."""

    status = 422


class FilesRefused(TurnRefused):
    """The files that were sent along cannot go to this model."""

    status = 422
    field = "attachments"


class TooManyTurns(TurnRefused):
    """`retry_after` is in seconds."""

    status = 429

    def __init__(self, text: str, retry_after: int = MOMENT_SECONDS) -> None:
        super().__init__(text)
        self.retry_after = retry_after


class KeyRevoked(TurnRefused):
    """Since the request came in."""

    status = 401


type Counter = KeptQuery[tuple[int]]


@dataclass(frozen=True, slots=True)
class Counters:
    """How many of somebody's generations, by an id: those being written, those since a moment."""

    written: Counter
    since: Counter

    @classmethod
    def of(cls, rows: Callable[[int], Generations]) -> "Counters":
        def count(found: Generations) -> QuerySet[Generation, tuple[int]]:
            return found.order_by().values_list(Func(F("pk"), function="COUNT"))

        return cls(
            KeptQuery(lambda whose: count(rows(whose).being_written()), int),
            KeptQuery(
                lambda whose, at: count(rows(whose).filter(created_at__gt=at)), int, datetime
            ),
        )


def _of_key(key_id: int) -> Generations:
    return Generation.objects.filter(api_key=key_id)


OF_PERSON = Counters.of(Generation.objects.of)
OF_KEY = Counters.of(_of_key)


@dataclass(frozen=True, slots=True)
class Limit:
    """`at_once` and `per_minute` of these generations; 0 is no limit. `whose` completes "… for"."""

    id: int
    rows: Callable[[int], Generations]
    counters: Counters
    at_once: int
    per_minute: int
    whose: str


def refuse_if_too_many(person: User) -> None:
    """Within the transaction that begins the turn. There each waits for its person's row, so that
    of many at the same moment none slips through."""
    if connection.features.has_select_for_update:  # else whole transactions exclude each other
        User.objects.select_for_update(no_key=True).filter(pk=person.pk).first()
    key = person.came_with
    if key and not ApiKey.objects.select_for_update(no_key=True).filter(pk=key.pk).first():
        raise KeyRevoked("This API key was revoked.")
    for limit in _limits(person):
        _refuse_at_once(limit)
        _refuse_per_minute(limit)


def _limits(person: User) -> Iterator[Limit]:
    at_once, per_minute = settings.TURNS_AT_ONCE, settings.TURNS_PER_MINUTE
    yield Limit(person.pk, Generation.objects.of, OF_PERSON, at_once, per_minute, "you")
    if key := person.came_with:
        at_once, per_minute = key.turns_at_once or 0, key.turns_per_minute or 0
        yield Limit(key.pk, _of_key, OF_KEY, at_once, per_minute, "this API key")


def _refuse_at_once(limit: Limit) -> None:
    if limit.at_once and limit.counters.written(limit.id)[0][0] >= limit.at_once:
        raise TooManyTurns(
            f"{limit.at_once} answers are being written for {limit.whose} already. "
            "Wait for one of them, or stop one."
        )


def _refuse_per_minute(limit: Limit) -> None:
    if not limit.per_minute:
        return
    now = timezone.now()
    if limit.counters.since(limit.id, now - MINUTE)[0][0] < limit.per_minute:
        return
    begun = limit.rows(limit.id).filter(created_at__gt=now - MINUTE)
    newest = begun.order_by("-created_at").values("created_at")[: limit.per_minute]
    first = newest.aggregate(first=Min("created_at"))["first"] or now
    wait = max(1, ceil((first + MINUTE - now).total_seconds()))
    raise TooManyTurns(
        f"{limit.per_minute} answers a minute is the limit for {limit.whose}. "
        f"Try again in {wait} seconds.",
        wait,
    )
