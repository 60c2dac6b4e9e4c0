import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from conversations.models.conversation import Conversation


class ImportedConversation(models.Model):
    """Which conversation of a file became which of ours, so that a second import finds it.

    `content_hash` is of what the file said, `state` of what the rows were right after the import:
    where they have changed since, a person went on here, and the import leaves them alone.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DB_CASCADE, related_name="imported"
    )
    format = models.CharField(max_length=32)
    source_id = models.CharField(max_length=255)
    content_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=64)
    conversation = models.ForeignKey(
        Conversation, on_delete=models.DB_CASCADE, related_name="imported_from"
    )
    imported_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "format", "source_id"], name="imported_once_a_source"
            )
        ]

    def __str__(self) -> str:
        return f"{self.format} {self.source_id}"


class ImportRun(models.Model):
    """One file being imported. It belongs to no page and no connection.

    `position` counts the entries of the file that are done, `bytes_done` is for the progress.
    `report` lists what became of the conversations that are worth a word, at most REPORT_LENGTH.
    Whoever runs it renews `updated_at`; a running one that is silent has been interrupted.
    `began_at` is when the file was last opened: reading begins at its first byte each time.
    """

    REPORT_LENGTH = 500

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        INTERRUPTED = "interrupted", "Interrupted"
        UNREADABLE = "unreadable", "Unreadable"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DB_CASCADE, related_name="import_runs"
    )
    file_name = models.CharField(max_length=255)
    format = models.CharField(max_length=64, blank=True)
    status = models.CharField(max_length=16, choices=Status, default=Status.WAITING)
    is_dry_run = models.BooleanField(default=False)
    imported = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=list, blank=True)
    error = models.TextField(blank=True)
    position = models.PositiveIntegerField(default=0)
    bytes_done = models.PositiveBigIntegerField(default=0)
    bytes_total = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    began_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["owner", "-id"], name="import_run_newest")]

    def __str__(self) -> str:
        return self.file_name
