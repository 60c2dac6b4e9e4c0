"""Answers that another server process writes: shown here, and stopped from here."""

import asyncio
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import QuerySet

from conversations.answering import processes
from conversations.answering.news import AnswerEnded, tell
from conversations.answering.seam import in_thread
from conversations.carrying.hub import Request, Wish, conversation_topic, hub
from conversations.models import Conversation, Generation
from conversations.models.message import ACTIVE

END_SECONDS = 3.0
LOOK_SECONDS = 0.1


def written_elsewhere(conversation: Conversation, own_process_id: int | None) -> dict[UUID, int]:
    """The answers there that another process writes, each with that process's id."""
    head = conversation.head
    if head is None or not head.is_active:
        return {}
    active = Generation.objects.filter(message=head, status__in=ACTIVE)
    writer = active.values_list("process_id", flat=True).first()
    return {head.public_id: writer} if writer and writer != own_process_id else {}


def ask_to_show(conversation: Conversation, writers: Mapping[UUID, int]) -> None:
    topic = conversation_topic(conversation.public_id)
    for message, process_id in writers.items():
        hub.request(process_id, Request(Wish.SHOW, message, topic))


async def stop(generations: QuerySet[Generation]) -> bool:
    """Ends those that are being written, or marks them interrupted if their process is gone. False
    where there are none, or where one goes on for longer than a person waits; its process finds
    the wish in the row."""
    asked, lost = await in_thread(processes.request_stop, generations)
    for generation in lost:
        await tell(AnswerEnded(generation.answer.id))
    for generation in asked:
        message = generation.answer
        topic = conversation_topic(message.conversation.public_id)
        hub.request(generation.process_id or 0, Request(Wish.STOP, message.public_id, topic))
    if not asked:
        return bool(lost)
    return await _have_ended([generation.id for generation in asked])


async def _have_ended(ids: Iterable[int]) -> bool:
    going_on = Generation.objects.filter(id__in=ids, status__in=ACTIVE)
    for _ in range(round(END_SECONDS / LOOK_SECONDS)):
        if not await going_on.aexists():
            return True
        await asyncio.sleep(LOOK_SECONDS)
    return False
