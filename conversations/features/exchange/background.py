"""Imports that were begun on the page: in a thread that belongs to no request and no page."""

import asyncio
import contextvars
import logging
import threading
from datetime import timedelta
from pathlib import Path

from django.db import close_old_connections, connection
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from chatstudio.models import User
from conversations.features.exchange.runs import KINDS, run_import
from conversations.features.exchange.staging import imports_folder
from conversations.models import ImportRun
from conversations.showing import announcing

logger = logging.getLogger(__name__)

SILENT = timedelta(seconds=20)
KEPT = timedelta(days=7)
RUNNING = (ImportRun.Status.WAITING, ImportRun.Status.RUNNING)


def path_of(run: ImportRun) -> Path:
    return imports_folder() / str(run.public_id)


def runs_of(person: User) -> QuerySet[ImportRun]:
    return ImportRun.objects.filter(owner=person)


def mark_silent(person: User) -> None:
    """Those whose process is gone: nobody has renewed them for a while."""
    silent = runs_of(person).filter(status__in=RUNNING, updated_at__lt=Now() - SILENT)
    if silent.exists():
        silent.update(status=ImportRun.Status.INTERRUPTED)


def is_busy(person: User) -> bool:
    mark_silent(person)
    return runs_of(person).filter(status__in=RUNNING).exists()


def begin(run: ImportRun, loop: asyncio.AbstractEventLoop | None) -> threading.Thread:
    """`loop` is the server's, where the open pages are told of what came in."""
    work = (_work, run.id, loop)
    thread = threading.Thread(
        target=contextvars.Context().run, args=work, daemon=True, name="import"
    )
    thread.start()
    return thread


def _work(run_id: int, loop: asyncio.AbstractEventLoop | None) -> None:
    close_old_connections()
    try:
        run = ImportRun.objects.select_related("owner").get(id=run_id)
        run_import(run.owner, path_of(run), run, dry_run=run.is_dry_run)
        if not run.is_dry_run:
            path_of(run).unlink(missing_ok=True)
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(announcing.announce_sidebar, run.owner_id)
    except Exception:
        logger.exception("An import ended early; it can be resumed on its page")
    finally:
        connection.close()


def claim(run: ImportRun) -> bool:
    """Whether this caller is the one who resumes it, or begins in earnest after a dry run."""
    rows = ImportRun.objects.filter(id=run.id)
    again = {"status": ImportRun.Status.WAITING, "updated_at": Now(), "finished_at": None}
    if rows.filter(status=ImportRun.Status.INTERRUPTED).update(**again):
        return True
    fresh = dict.fromkeys(KINDS, 0) | {"report": [], "position": 0, "is_dry_run": False}
    ended = rows.filter(status=ImportRun.Status.DONE, is_dry_run=True)
    return bool(ended.update(**again, **fresh))


def is_resumable(run: ImportRun) -> bool:
    waits = run.status == ImportRun.Status.INTERRUPTED or (
        run.status == ImportRun.Status.DONE and run.is_dry_run
    )
    return waits and path_of(run).exists()


def remove(run: ImportRun) -> None:
    path_of(run).unlink(missing_ok=True)
    run.delete()


def tidy(person: User) -> None:
    """Files that nobody resumed for a week."""
    old = runs_of(person).filter(updated_at__lt=timezone.now() - KEPT).exclude(status__in=RUNNING)
    for run in old:
        path_of(run).unlink(missing_ok=True)
