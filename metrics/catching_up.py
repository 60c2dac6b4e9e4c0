"""Metrics that are missing: of answers from before there were metrics, and of those whose end was
saved when its metric could not be. Filled in at the start of a server, behind its back."""

import logging
import threading
import time

from django.db import DatabaseError, connections
from django.db.models import Exists, Max, OuterRef

from conversations.models import Generation
from conversations.models.message import ACTIVE
from metrics import rollups
from metrics.models import ChatMetric
from metrics.recording import of_receipt, save_all

logger = logging.getLogger(__name__)

BATCH = 2_000
PAUSE_SECONDS = 0.02


def start() -> threading.Thread:
    """In a thread of its own: the first page does not wait for it."""
    thread = threading.Thread(target=_run, name="metrics-catching-up", daemon=True)
    thread.start()
    return thread


def _run() -> None:
    try:
        count_what_never_was()
        if filled := fill_in():
            logger.info("%d missing metrics were filled in", filled)
    except DatabaseError:
        logger.exception("Filling in missing metrics failed; the next start tries again")
    finally:
        connections.close_all()


def count_what_never_was() -> None:
    """Metrics that are older than the rollups: after an upgrade all of them."""
    if rollups.are_behind():
        for _ in rollups.rebuild():
            time.sleep(PAUSE_SECONDS)


def fill_in(batch: int = BATCH, pause: float = PAUSE_SECONDS) -> int:
    """The newest first, as that is what people look at. Each batch is a range of ids, so that a
    look at a million rows that miss nothing is many short reads and no write."""
    top = Generation.objects.aggregate(top=Max("id"))["top"] or 0
    counted = ChatMetric.objects.filter(generation=OuterRef("pk"))
    ended = Generation.objects.exclude(status__in=ACTIVE)
    missing = ended.filter(~Exists(counted)).select_related("message__conversation")
    filled = 0
    while top > 0:
        some = missing.filter(id__gt=top - batch, id__lte=top).order_by("-id")
        filled += save_all(some, of_receipt)
        top -= batch
        time.sleep(pause)
    return filled
