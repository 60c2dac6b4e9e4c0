import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from conversations.models.generation import ServerProcess


class ModelOrder(models.Model):
    """What a model server was told to do and takes its time for. Of one kind, for one model of
    one server, at most one is running: the same order twice has one effect.

    `phase` is the server's own word for what it does. A failed one keeps `error_code` and what
    its sentence needs, see routing.errors.
    """

    class Kind(models.TextChoices):
        PULL = "pull", "Fetch"
        LOAD = "load", "Load"

    class Status(models.TextChoices):
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"
        INTERRUPTED = "interrupted", "Interrupted"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    model_name = models.CharField(max_length=255)
    server = models.CharField(max_length=255)
    status = models.CharField(max_length=16, choices=Status, default=Status.RUNNING)
    phase = models.CharField(max_length=80, blank=True)
    completed_bytes = models.BigIntegerField(default=0)
    total_bytes = models.BigIntegerField(null=True, blank=True)
    error_code = models.CharField(max_length=64, blank=True)
    error_context = models.JSONField(default=dict, blank=True)
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+"
    )
    process = models.ForeignKey(
        ServerProcess, on_delete=models.DB_SET_NULL, null=True, related_name="model_orders"
    )
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "model_name", "server"],
                condition=Q(status="running"),
                name="one_running_order_a_model",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.model_name} {self.status}"

    @property
    def is_running(self) -> bool:
        return self.status == self.Status.RUNNING
