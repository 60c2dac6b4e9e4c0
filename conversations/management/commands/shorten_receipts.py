"""Makes old receipts short, which name every message that was left out or summarised."""

import json
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.db.models import Q

from chatstudio.base.json_types import JsonObject, object_at
from chatstudio.base.words import count_of, size_in_words
from conversations.models import Generation
from conversations.models.message import ACTIVE
from conversations.receipts import texts_at

ROWS_AT_ONCE = 20
KEYS_AT_ONCE = 1_000


class Command(BaseCommand):
    help = (
        "Makes receipts of earlier versions short: of messages that were left out they keep how"
        " many there were, the first and the last. Answers can go on meanwhile, and it can be"
        " stopped and started again."
    )

    def handle(self, **options: Any) -> None:
        rows, saved = 0, 0
        newest = Generation.objects.order_by("-id").values_list("id", flat=True).first() or 0
        for start in range(0, newest + 1, KEYS_AT_ONCE):
            keys = _long_ones(start, start + KEYS_AT_ONCE)
            for place in range(0, len(keys), ROWS_AT_ONCE):
                some = keys[place : place + ROWS_AT_ONCE]
                saved += shorten_receipts(some)
                rows += len(some)
        told = count_of(rows, "receipt")
        self.stdout.write(f"{told} made short: {size_in_words(saved)} less.")
        if saved:
            self.stdout.write("The database keeps the room for new rows; VACUUM gives it back.")


def _long_ones(start: int, end: int) -> list[int]:
    """Of generations that have ended: nobody writes their receipts any more."""
    ended = Generation.objects.filter(id__gte=start, id__lt=end).exclude(status__in=ACTIVE)
    has_ids = Q(receipt__left_out__has_key="ids") | Q(receipt__summary__has_key="ids")
    return [*ended.filter(has_ids).order_by("id").values_list("id", flat=True)]


@transaction.atomic
def shorten_receipts(keys: list[int]) -> int:
    """How many bytes that has saved."""
    saved = 0
    for row in Generation.objects.select_for_update().filter(id__in=keys).only("receipt"):
        before = _size(row.receipt)
        row.receipt = shorten_receipt(row.receipt)
        Generation.objects.filter(id=row.id).update(receipt=row.receipt)
        saved += before - _size(row.receipt)
    return saved


def shorten_receipt(stored: JsonObject) -> JsonObject:
    """As it would be written today."""
    changed = {**stored}
    for name in ("left_out", "summary"):
        part = object_at(stored, name)
        if "ids" in part:
            ids = texts_at(part, "ids")
            ends = {"first": ids[0], "last": ids[-1]} if ids and name == "left_out" else {}
            rest = {key: value for key, value in part.items() if key != "ids"}
            changed[name] = {**rest, **ends}
    return changed


def _size(receipt: JsonObject) -> int:
    return len(json.dumps(receipt))
