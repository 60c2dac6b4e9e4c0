"""The server's own row, and what is done for processes that are gone.

A generation is interrupted when the heartbeat of its process is old, or when its process ran on
this host and no longer does. Its text is kept. An answer that awaits approval waits on.
"""

import os
import socket
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from conversations.models import Conversation, Generation, Message, ServerProcess, Status
from conversations.models.message import ACTIVE
from conversations.outcomes import Outcome
from conversations.saving import announce
from routing.types import Finished

HEARTBEAT_LIMIT = timedelta(seconds=10)
UNDO_TIME = timedelta(minutes=10)


def register_process() -> ServerProcess:
    return ServerProcess.objects.create(
        host=socket.gethostname(), pid=os.getpid(), version=settings.VERSION
    )


def is_gone(process: ServerProcess) -> bool:
    if process.host == socket.gethostname() and not _runs(process.pid):
        return True
    return process.heartbeat_at < timezone.now() - HEARTBEAT_LIMIT


def _runs(pid: int) -> bool:
    if pid == os.getpid() or os.name == "nt":  # on Windows os.kill would end it; its heart tells
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it runs, but is not ours
        return True
    return True


def interrupt_lost_generations(own_process_id: int | None) -> int:
    """How many answers were found whose server is gone; each is marked, none is lost."""
    active = Generation.objects.filter(status__in=ACTIVE).select_related(
        "process", "message__conversation"
    )
    lost = [
        generation
        for generation in active
        if generation.process is None
        or (generation.process_id != own_process_id and is_gone(generation.process))
    ]
    for generation in lost:
        interrupt(generation)
    ServerProcess.objects.exclude(id=own_process_id or 0).filter(
        heartbeat_at__lt=timezone.now() - timedelta(days=1)
    ).exclude(generations__status__in=ACTIVE).delete()
    return len(lost)


def interrupt(generation: Generation) -> None:
    now = timezone.now()
    with transaction.atomic():
        changed = Generation.objects.filter(id=generation.id, status__in=ACTIVE).update(
            status=Status.INTERRUPTED, finish_reason="interrupted", finished_at=now
        )
        if not changed:
            return
        Message.objects.filter(id=generation.message_id).update(status=Status.INTERRUPTED)
        Conversation.objects.filter(id=generation.message.conversation_id).update(
            revision=F("revision") + 1
        )
    generation.refresh_from_db()
    took = (now - generation.created_at).total_seconds() * 1000
    announce(generation, Outcome(Finished("interrupted"), duration_ms=took))


def purge_deleted_conversations() -> int:
    """Removes for good what was deleted longer ago than a person can undo."""
    old = Conversation.objects.filter(deleted_at__lt=timezone.now() - UNDO_TIME)
    return old.delete()[0]
