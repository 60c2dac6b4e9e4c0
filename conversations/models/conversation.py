import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

    from conversations.models.memory import HistorySummary
    from conversations.models.message import Message


class Conversation(models.Model):
    """A person's conversation: a tree of messages of which `head` names the active leaf.

    `revision` grows with every change that a page shows, so that a page which comes back after a
    pause knows whether it missed anything. `chosen_tools` are the names of those that may be sent;
    null leaves it to the prompt profile, which may leave it at all that fit. `unread_since` is when
    an answer ended there that its owner has not looked at. Deleting sets `deleted_at`; the rows go
    a few minutes later, so that a person can undo it.
    """

    TITLE_LENGTH = 200

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DB_CASCADE, related_name="conversations"
    )
    title = models.CharField(max_length=TITLE_LENGTH, blank=True)
    head: "models.ForeignKey[Message | None]" = models.ForeignKey(
        "Message", on_delete=models.DO_NOTHING, null=True, blank=True, related_name="+"
    )
    revision = models.PositiveBigIntegerField(default=0)

    model_name = models.CharField(max_length=255, blank=True)
    server = models.CharField(max_length=255, blank=True)
    routing_profile = models.CharField(max_length=32, default="direct")
    prompt_profile = models.ForeignKey(
        "PromptProfile",
        on_delete=models.DB_SET_NULL,
        null=True,
        blank=True,
        related_name="conversations",
    )
    parameters = models.JSONField(default=dict, blank=True)
    memory_enabled = models.BooleanField(default=True)
    summarises = models.BooleanField(default=False)
    tools_enabled = models.BooleanField(default=False)
    chosen_tools = models.JSONField(null=True, blank=True)

    is_pinned = models.BooleanField(default=False)
    is_archived = models.BooleanField(default=False)
    last_message_at = models.DateTimeField()
    unread_since = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    if TYPE_CHECKING:
        summaries: RelatedManager["HistorySummary"]

    class Meta:
        ordering = ["-last_message_at", "-id"]
        # Support: to read in the administration what others wrote. Never implied by being an
        # administrator; see conversations.showing.content_room.
        permissions = [("view_content", "Can read what people wrote")]
        indexes = [
            # The sidebar: one person's conversations, newest first, by keyset pages.
            models.Index(
                fields=["owner", "is_archived", "-last_message_at", "-id"],
                condition=Q(deleted_at__isnull=True),
                name="conversation_sidebar",
            ),
            models.Index(
                fields=["deleted_at"],
                condition=Q(deleted_at__isnull=False),
                name="conversation_deleted",
            ),
        ]

    def __str__(self) -> str:
        return self.title or "New chat"
