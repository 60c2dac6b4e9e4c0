from django.db import models
from django.db.models import Q
from django.utils import timezone

from conversations.models.message import Message


class Feedback(models.Model):
    """What its reader thinks of an answer: a thumb, and perhaps why. One for each message."""

    class Value(models.TextChoices):
        UP = "up", "Good answer"
        DOWN = "down", "Bad answer"

    REASON_LENGTH = 2_000

    message = models.OneToOneField(Message, on_delete=models.DB_CASCADE, related_name="feedback")
    value = models.CharField(max_length=8, choices=Value)
    reason = models.TextField(blank=True, max_length=REASON_LENGTH)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "feedback"
        constraints = [
            models.CheckConstraint(
                condition=Q(value__in=["up", "down"]), name="feedback_is_a_thumb"
            )
        ]

    def __str__(self) -> str:
        return f"{self.value} {self.message_id}"
