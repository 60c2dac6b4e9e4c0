import uuid
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils import timezone

from conversations.models.message import ACTIVE, Message, Status
from conversations.receipts import Receipt

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class ServerProcess(models.Model):
    """A running server. One whose heartbeat is old is gone, and its generations are interrupted."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    host = models.CharField(max_length=255)
    pid = models.PositiveIntegerField()
    version = models.CharField(max_length=32, blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    heartbeat_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name_plural = "server processes"

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}"


class Generations(models.QuerySet["Generation"]):
    def being_written(self) -> "Generations":
        """Unordered. The states stand in the statement itself, as `generation_active` covers them
        alone, and a database does not look into parameters when it chooses an index."""
        states = ", ".join(f"'{status}'" for status in ACTIVE)
        column = f"conversations_generation.status IN ({states})"
        return self.filter(RawSQL(column, (), models.BooleanField())).order_by()  # noqa: S611

    def of(self, person_id: int) -> "Generations":
        return self.filter(Q(owner=person_id) | Q(message__conversation__owner=person_id))


GenerationManager = models.Manager.from_queryset(Generations)


class Generation(models.Model):
    """One run of a model towards an assistant message; Continue adds another to the same message.

    A request of another program through the OpenAI-compatible API belongs to no message, nor does
    SQL that is written for a question to data: these have an `owner` instead. `api_key`
    is the key that asked, where one did.

    `receipt` says what was sent (ids, hashes and sizes, never a second copy of the texts); it is
    read with `read_receipt`, as rows are of many ages.
    `error_context` holds what the sentence of `error_code` needs, see routing.errors.
    """

    class Cause(models.TextChoices):
        ANSWER = "answer", "Answer"
        CONTINUE = "continue", "Continue"
        RESUME = "resume", "Resume after approval"
        REQUEST = "request", "Request of another program"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    message = models.ForeignKey(
        Message, on_delete=models.DB_CASCADE, null=True, blank=True, related_name="generations"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DB_CASCADE,
        null=True,
        blank=True,
        related_name="generations",
    )
    api_key = models.ForeignKey(
        "chatstudio.ApiKey",
        on_delete=models.DB_SET_NULL,
        null=True,
        blank=True,
        related_name="generations",
    )
    process = models.ForeignKey(
        ServerProcess,
        on_delete=models.DB_SET_NULL,
        null=True,
        blank=True,
        related_name="generations",
    )
    cause = models.CharField(max_length=16, choices=Cause, default=Cause.ANSWER)
    status = models.CharField(max_length=20, choices=Status, default=Status.WAITING)
    strategy = models.CharField(max_length=32)
    model_name = models.CharField(max_length=255)
    server = models.CharField(max_length=255)
    finish_reason = models.CharField(max_length=64, blank=True)
    error_code = models.CharField(max_length=64, blank=True)
    error_context = models.JSONField(default=dict, blank=True)
    receipt = models.JSONField(default=dict, blank=True)
    stop_requested_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    answers_alone = False
    """Whether its answer has no other beside it, nothing from before and no calls of tools: what a
    page shows of it is at hand then where it was written. No column."""

    objects: "ClassVar[GenerationManager[Generation]]" = GenerationManager()

    if TYPE_CHECKING:
        tool_calls: RelatedManager["ToolCall"]

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["message"],
                condition=Q(status__in=[str(s) for s in ACTIVE]),
                name="one_active_generation_a_message",
            ),
            models.CheckConstraint(
                condition=Q(message__isnull=False, owner__isnull=True)
                | Q(message__isnull=True, owner__isnull=False),
                name="generation_of_a_message_or_a_person",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="generation_begun"),
            models.Index(
                fields=["process"],
                condition=Q(status__in=[str(s) for s in ACTIVE]),
                name="generation_active",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cause} {self.public_id}"

    @property
    def answer(self) -> Message:
        """The message that it writes. Only a request of another program has none."""
        if self.message is None:
            raise ValueError(f"generation {self.pk} writes no message")
        return self.message

    def read_receipt(self) -> Receipt:
        return Receipt.from_json(self.receipt)

    @property
    def person_id(self) -> int:
        """Whose it is."""
        return self.owner_id or self.answer.conversation.owner_id


class ToolCall(models.Model):
    """A call that a model asked for. A decision is made once: UPDATE … WHERE decision is empty.
    `dialogue` is what it has asked the person: objects with `question`, `schema`, and `answer` once
    there is one."""

    class Status(models.TextChoices):
        PENDING = "pending", "Pending"
        AWAITING_APPROVAL = "awaiting_approval", "Awaiting approval"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        DENIED = "denied", "Denied"

    class Decision(models.TextChoices):
        ONCE = "once", "Allowed once"
        ALWAYS = "always", "Allowed in this conversation"
        DENIED = "denied", "Denied"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    generation = models.ForeignKey(
        Generation, on_delete=models.DB_CASCADE, related_name="tool_calls"
    )
    call_id = models.CharField(max_length=128)
    name = models.CharField(max_length=128)
    arguments = models.JSONField(default=dict, blank=True)
    risk = models.CharField(max_length=16, blank=True)
    status = models.CharField(max_length=20, choices=Status, default=Status.PENDING)
    decision = models.CharField(max_length=16, choices=Decision, null=True, blank=True)  # noqa: DJ001  null: undecided
    decision_reason = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    dialogue = models.JSONField(default=list, blank=True)
    result = models.TextField(blank=True)
    error = models.TextField(blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["generation", "call_id"], name="one_call_an_id")
        ]
        indexes = [
            models.Index(
                fields=["generation", "name"],
                condition=Q(decision="always"),
                name="tool_call_always",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.call_id}"
