"""The server's own row, and what is done for processes that are gone.

A generation is interrupted when the heartbeat of its process is old, or when its process ran on
this host and no longer does. Its text is kept. An answer that awaits approval waits on.
"""

import os
from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from conversations import this_host
from conversations.answering.course import Outcome
from conversations.answering.saving import announce
from conversations.answering.tool_calls import after_crash
from conversations.features.files import cleaning
from conversations.models import Conversation, Generation, Message, ServerProcess, Status
from conversations.models.message import ACTIVE
from conversations.revisions import bump_revision
from routing.types import Finished

HEARTBEAT_LIMIT = timedelta(seconds=10)
UNDO_TIME = timedelta(minutes=10)
REQUESTS_KEPT = timedelta(days=30)


def register_process() -> ServerProcess:
    return ServerProcess.objects.create(**this_host.process_facts(), heartbeat_at=Now())


def gone_processes() -> set[int]:
    """Those with answers that nobody writes any more."""
    return gone_among(ServerProcess.objects.filter(generations__status__in=ACTIVE).distinct())


def gone_among(busy: QuerySet[ServerProcess]) -> set[int]:
    """Heartbeats are set and compared by the database's clock alone: those of two hosts may differ
    by more than the limit."""
    silent = busy.filter(heartbeat_at__lt=Now() - HEARTBEAT_LIMIT).values_list("id", flat=True)
    here = busy.filter(host=this_host.name()).values_list("id", "pid")
    return set(silent) | {id for id, pid in here if not _runs(pid)}


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


def interrupt_lost_generations(own_process_id: int | None) -> list[int]:
    """Marks the answers whose server is gone; none is lost. The ids of their messages."""
    gone = gone_processes() - {own_process_id}
    active = Generation.objects.being_written().select_related("message__conversation")
    lost = active.filter(Q(process_id=None) | Q(process_id__in=gone))
    messages = [g.message_id for g in lost if interrupt(g) and g.message_id]
    ServerProcess.objects.exclude(id=own_process_id or 0).filter(
        heartbeat_at__lt=timezone.now() - timedelta(days=1)
    ).exclude(generations__status__in=ACTIVE).delete()
    return messages


def request_stop(
    generations: QuerySet[Generation],
) -> tuple[list[Generation], list[Generation]]:
    """Notes the wish in the rows, where their processes look once a second. The second list are
    those whose process is gone: they have been marked interrupted instead."""
    active = generations.filter(status__in=ACTIVE)
    active.filter(stop_requested_at=None).update(stop_requested_at=Now())
    gone = gone_processes()
    asked: list[Generation] = []
    lost: list[Generation] = []
    for generation in active.select_related("message__conversation"):
        is_lost = generation.process_id is None or generation.process_id in gone
        (lost if is_lost else asked).append(generation)
    return asked, [generation for generation in lost if interrupt(generation)]


def to_be_ended(generation_ids: list[int]) -> set[int]:
    """Of these that are being written here, those that somebody wants to stop, and those that
    were marked interrupted because nothing was heard of this process for too long."""
    going_on = Generation.objects.filter(id__in=generation_ids, status__in=ACTIVE)
    wanted = going_on.filter(stop_requested_at=None).values_list("id", flat=True)
    return set(generation_ids) - set(wanted)


def interrupt(generation: Generation) -> bool:
    """False where it has ended meanwhile, or another process was first."""
    now = timezone.now()
    with transaction.atomic():
        changed = Generation.objects.filter(id=generation.id, status__in=ACTIVE).update(
            status=Status.INTERRUPTED, finish_reason="interrupted", finished_at=now
        )
        if not changed:
            return False
        if message := generation.message:
            asks_again = after_crash(message.id)
            status = Status.AWAITING_APPROVAL if asks_again else Status.INTERRUPTED
            Message.objects.filter(id=message.id).update(status=status)
            bump_revision(message.conversation_id)
    generation.refresh_from_db()
    took = (now - generation.created_at).total_seconds() * 1000
    announce([(generation, Outcome(Finished("interrupted"), duration_ms=took))])
    return True


def forget_requests() -> None:
    """Those of other programs, a month after they ended: nobody can look at them. What they took
    stays in the metrics."""
    ended = Generation.objects.filter(message=None).exclude(status__in=ACTIVE)
    ended.filter(finished_at__lt=timezone.now() - REQUESTS_KEPT).delete()


def purge_deleted_conversations() -> int:
    """Removes for good what was deleted longer ago than a person can undo, with its files."""
    old = Conversation.objects.filter(deleted_at__lt=timezone.now() - UNDO_TIME)
    keys = cleaning.keys_in(old)
    count = old.delete()[0]
    cleaning.remove_gone(keys)
    return count
