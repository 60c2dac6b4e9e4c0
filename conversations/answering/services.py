"""What a person does to a conversation besides talking: rename, tag, set, pin, archive, delete,
take it back."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from conversations.answering.news import ConversationChanged, SidebarChanged
from conversations.answering.seam import leave
from conversations.models import Conversation, HistorySummary
from conversations.revisions import change_conversation
from conversations.tagging import names_of, set_tags


def clean_title(text: str) -> str:
    return " ".join(text.split())[: Conversation.TITLE_LENGTH]


def rename(conversation: Conversation, title: str, tags: Sequence[str] | None = None) -> None:
    """Without `tags` those that it has stay."""
    if tags is not None:
        set_tags(conversation, tags)
    change_conversation(conversation, title=title)
    leave(ConversationChanged(conversation, names_of(conversation)))


def change_settings(
    conversation: Conversation,
    parameters: Mapping[str, Any],
    summarises: bool,
    tools: list[str] | None,
    summary: HistorySummary | None,
    text: str,
) -> None:
    """`tools` are names, null for all that the prompt profile allows. `text` is the summary's.
    Emptied, it is taken away; the next long turn makes another."""
    text = text.replace("\r\n", "\n").strip()
    with transaction.atomic():
        Conversation.objects.filter(id=conversation.id).update(
            parameters=dict(parameters), summarises=summarises, chosen_tools=tools
        )
        if summary and not text:
            summary.delete()
        elif summary and text != summary.text:
            summary.text, summary.is_edited = text, True
            summary.save(update_fields=["text", "is_edited", "updated_at"])


def toggle_archived(conversation: Conversation) -> None:
    change_conversation(conversation, is_archived=not conversation.is_archived)
    leave(ConversationChanged(conversation, names_of(conversation)))


def toggle_pin(conversation: Conversation) -> None:
    conversation.is_pinned = not conversation.is_pinned
    Conversation.objects.filter(id=conversation.id).update(is_pinned=conversation.is_pinned)
    leave(ConversationChanged(conversation, names_of(conversation)))


def mark_read(conversation: Conversation) -> None:
    """Its owner looks at it."""
    if conversation.unread_since:
        Conversation.objects.filter(id=conversation.id).update(unread_since=None)
        conversation.unread_since = None
        leave(SidebarChanged(conversation.owner_id))


def hide(conversation: Conversation) -> Conversation:
    """Out of sight at once, gone a few minutes later. What is being written there is stopped by
    runner.stop_all, on the event loop."""
    Conversation.objects.filter(id=conversation.id).update(deleted_at=timezone.now())
    leave(SidebarChanged(conversation.owner_id))
    return conversation


def undo_delete(conversation: Conversation) -> None:
    Conversation.objects.filter(id=conversation.id).update(deleted_at=None)
    conversation.refresh_from_db()
    leave(SidebarChanged(conversation.owner_id))
