import uuid

from django.conf import settings
from django.db import models


class Memory(models.Model):
    """A short fact that a person wants their models to know in every conversation. `source` is the
    message in which a model proposed it, if one did."""

    LENGTH = 1000

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DB_CASCADE, related_name="memories"
    )
    text = models.TextField(max_length=LENGTH)
    is_enabled = models.BooleanField(default=True)
    source = models.ForeignKey(
        "Message", on_delete=models.DB_SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "memories"

    def __str__(self) -> str:
        return self.text[:80]


class HistorySummary(models.Model):
    """What was said up to a message, in short: sent instead of the messages up to there. A later
    one of the same branch contains the earlier ones. `is_edited`: a person has written it."""

    LENGTH = 20_000

    conversation = models.ForeignKey(
        "Conversation", on_delete=models.DB_CASCADE, related_name="summaries"
    )
    upto = models.OneToOneField("Message", on_delete=models.DB_CASCADE, related_name="summary")
    text = models.TextField(max_length=LENGTH)
    model_name = models.CharField(max_length=255, blank=True)
    is_edited = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "history summaries"

    def __str__(self) -> str:
        return self.text[:80]
