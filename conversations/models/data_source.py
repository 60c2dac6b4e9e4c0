import uuid
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils import timezone

from chatstudio.base.encodings.names import can_be_another

# Whoever reads a file says so in its row every few seconds.
SILENCE = timedelta(seconds=30)


class DataSource(models.Model):
    """A file that a person registered, to be asked by SQL. What was uploaded became one DuckDB
    file in `folder`, which never changes; `tables` says what is in it (routing.data.types.Table),
    `notes` what is not, or is in another form. `encoding` is Python's name of that in which a text
    was read; while it may be another, what was uploaded is kept.

    A PostgreSQL database of the configuration is one of these as well, made when it is looked up
    and never saved: see conversations.models.configured_sources.
    """

    NAME_LENGTH = 80

    class Kind(models.TextChoices):
        CSV = "csv", "CSV"
        PARQUET = "parquet", "Parquet"
        JSON = "json", "JSON"
        EXCEL = "excel", "Excel"
        SQLITE = "sqlite", "SQLite"
        POSTGRES = "postgres", "PostgreSQL"

    class Status(models.TextChoices):
        READING = "reading", "Reading"
        READY = "ready", "Ready"
        FAILED = "failed", "Failed"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DB_CASCADE, related_name="data_sources"
    )
    name = models.CharField(max_length=NAME_LENGTH)
    kind = models.CharField(max_length=16, choices=Kind)
    status = models.CharField(max_length=16, choices=Status, default=Status.READING)
    size_bytes = models.PositiveBigIntegerField(default=0)
    rows = models.PositiveBigIntegerField(default=0)
    tables = models.JSONField(default=list, blank=True)
    encoding = models.CharField(max_length=20, blank=True)
    notes = models.JSONField(default=list, blank=True)
    progress = models.FloatField(null=True, blank=True)
    error = models.TextField(blank=True)
    touched_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="data_source_name"),
        ]
        indexes = [
            models.Index(fields=["owner", "-created_at", "-id"], name="data_source_list"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def folder(self) -> Path:
        return Path(settings.DATA_DIR) / "data-sources" / str(self.public_id)

    @property
    def is_ready(self) -> bool:
        return self.status == self.Status.READY

    @property
    def can_be_read_again(self) -> bool:
        return self.is_ready and can_be_another(self.encoding)

    @property
    def is_being_read(self) -> bool:
        return self.status == self.Status.READING and not self.is_lost

    @property
    def is_lost(self) -> bool:
        """Nobody reads it any more: the server ended meanwhile."""
        return self.status == self.Status.READING and self.touched_at < timezone.now() - SILENCE

    @property
    def is_postgres(self) -> bool:
        return self.kind == self.Kind.POSTGRES

    @property
    def problem(self) -> str:
        if self.is_lost:
            return "The server was stopped while it read this file. Remove it and add it again."
        return self.error
