"""A conversation's revision grows with every change that a page shows, so that a page which comes
back after a pause knows whether it missed anything. Whoever makes such a change says so here."""

from django.db import connection
from django.db.models import F
from django.utils import timezone

from chatstudio.base.quick_rows import update_row
from conversations.models import Conversation

OF_A_TURN = (
    *("title", "head", "revision", "last_message_at", "updated_at"),
    *("model_name", "server", "routing_profile", "prompt_profile"),
    *("memory_enabled", "tools_enabled"),
)
"""What a turn may change of its conversation."""


def end_turn(conversation: Conversation, is_seen: bool) -> None:
    """An answer has ended: the revision grows in the row, and this object of it has the new one.
    Where no page shows it, it is one that nobody has read yet."""
    table = connection.ops.quote_name(Conversation._meta.db_table)
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET revision = revision + 1, updated_at = %s, unread_since = %s"  # noqa: S608
            " WHERE id = %s RETURNING revision",
            [now, None if is_seen else now, conversation.pk],
        )
        (conversation.revision,) = cursor.fetchone()


def bump_revision(conversation_id: int, **changes: object) -> None:
    """With these changes of the row, whoever else writes it at the same moment."""
    rows = Conversation.objects.filter(id=conversation_id)
    rows.update(revision=F("revision") + 1, updated_at=timezone.now(), **changes)


def change_conversation(conversation: Conversation, **changes: object) -> None:
    """The row, and this object of it, whose revision a page is told afterwards."""
    bump_revision(conversation.id, **changes)
    for name, value in changes.items():
        setattr(conversation, name, value)
    conversation.revision += 1


def save_conversation(conversation: Conversation) -> None:
    """The whole of a row that is locked, or new."""
    conversation.revision += 1
    conversation.save()


def save_turn(conversation: Conversation) -> None:
    """What a turn has changed of a row that is locked."""
    conversation.revision += 1
    update_row(conversation, *OF_A_TURN)
