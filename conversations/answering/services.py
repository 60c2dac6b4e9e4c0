"""What a person does to a conversation besides talking: rename, tag, set, pin, archive, delete,
take it back."""

from collections.abc import Mapping, Sequence
from typing import Any

from asgiref.sync import sync_to_async
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from conversations.answering import runner
from conversations.answering.news import ConversationChanged, SidebarChanged, tell
from conversations.models import Conversation, HistorySummary
from conversations.tagging import set_tags


def clean_title(text: str) -> str:
    return " ".join(text.split())[: Conversation.TITLE_LENGTH]


async def rename(conversation: Conversation, title: str, tags: Sequence[str] | None = None) -> None:
    """Without `tags` those that it has stay."""
    if tags is not None:
        await sync_to_async(set_tags)(conversation, tags)
    conversation.title = title
    conversation.revision += 1
    await Conversation.objects.filter(id=conversation.id).aupdate(
        title=title, revision=F("revision") + 1
    )
    await tell(ConversationChanged(conversation))


def change_settings(
    conversation: Conversation,
    parameters: Mapping[str, Any],
    summarises: bool,
    summary: HistorySummary | None,
    text: str,
) -> None:
    """`text` is the summary's. Emptied, it is taken away; the next long turn makes another."""
    text = text.replace("\r\n", "\n").strip()
    with transaction.atomic():
        Conversation.objects.filter(id=conversation.id).update(
            parameters=dict(parameters), summarises=summarises
        )
        if summary and not text:
            summary.delete()
        elif summary and text != summary.text:
            summary.text, summary.is_edited = text, True
            summary.save(update_fields=["text", "is_edited", "updated_at"])


async def toggle_archived(conversation: Conversation) -> None:
    conversation.is_archived = not conversation.is_archived
    conversation.revision += 1
    await Conversation.objects.filter(id=conversation.id).aupdate(
        is_archived=conversation.is_archived, revision=F("revision") + 1
    )
    await tell(ConversationChanged(conversation))


async def toggle_pin(conversation: Conversation) -> None:
    await Conversation.objects.filter(id=conversation.id).aupdate(
        is_pinned=not conversation.is_pinned
    )
    await tell(SidebarChanged(conversation.owner_id))


async def delete(conversation: Conversation) -> None:
    """Out of sight at once, gone a few minutes later; what is being written there is stopped."""
    await Conversation.objects.filter(id=conversation.id).aupdate(deleted_at=timezone.now())
    await runner.stop_all(conversation)
    await tell(SidebarChanged(conversation.owner_id))


async def undo_delete(conversation: Conversation) -> None:
    await Conversation.objects.filter(id=conversation.id).aupdate(deleted_at=None)
    await sync_to_async(conversation.refresh_from_db)()
    await tell(SidebarChanged(conversation.owner_id))
