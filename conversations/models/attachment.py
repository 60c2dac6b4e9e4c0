import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q


class Attachment(models.Model):
    """A file that goes with a message; without one it is a draft in a composer, and goes after a
    day. Its bytes lie under DATA_DIR by `public_id`, see features.files.storage; `size` and
    `sha256` are those of what is kept: the file as sent, or the image as written anew.
    `media_type` is known by content. A draft's `conversation` is empty in a new chat; one that came
    `by_api` is in no page's composer, as a page's is not among a program's. `encoding`
    is Python's name of that in which a text was read; `notes` are sentences on what is not in the
    text."""

    class Kind(models.TextChoices):
        IMAGE = "image", "Image"
        TEXT = "text", "Text"
        DOCUMENT = "document", "Document"

    class Mode(models.TextChoices):
        WHOLE = "whole", "Whole"
        SEARCHED = "searched", "Searched"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DB_CASCADE, related_name="attachments"
    )
    conversation = models.ForeignKey(
        "Conversation",
        on_delete=models.DB_CASCADE,
        null=True,
        blank=True,
        related_name="attachments",
    )
    message = models.ForeignKey(
        "Message", on_delete=models.DB_CASCADE, null=True, blank=True, related_name="attachments"
    )
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=Kind)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    text_length = models.PositiveIntegerField(default=0)
    tokens_estimate = models.PositiveIntegerField(default=0)
    pages = models.PositiveIntegerField(null=True, blank=True)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    encoding = models.CharField(max_length=20, blank=True)
    notes = models.JSONField(default=list, blank=True)
    mode = models.CharField(max_length=16, choices=Mode, default=Mode.WHOLE)
    by_api = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["owner", "conversation"],
                condition=Q(message__isnull=True),
                name="attachment_draft",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(message__isnull=True) | Q(conversation__isnull=False),
                name="sent_attachment_has_conversation",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        return self.kind == self.Kind.IMAGE

    @property
    def is_searched(self) -> bool:
        return self.mode == self.Mode.SEARCHED
