import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Q

from conversations.models.conversation import Conversation

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

    from conversations.models.attachment import Attachment
    from conversations.models.feedback import Feedback
    from conversations.models.generation import Generation


class Status(models.TextChoices):
    WAITING = "waiting", "Waiting"
    GENERATING = "generating", "Generating"
    AWAITING_APPROVAL = "awaiting_approval", "Awaiting approval"
    COMPLETE = "complete", "Complete"
    STOPPED = "stopped", "Stopped"
    FAILED = "failed", "Failed"
    INTERRUPTED = "interrupted", "Interrupted"


ACTIVE = (Status.WAITING, Status.GENERATING)


class Message(models.Model):
    """One message in the tree. Its words are its parts; a message has no text of its own.

    `parent` does nothing on deletion: a chain of 20,000 parents is deeper than either Django's or
    SQLite's cascade goes, so branches and conversations are deleted set-wise.
    `request_id` is chosen by the sender: sending the same form twice makes one message.
    `depth` is how many messages stand above it, so that nobody has to walk there to count them;
    who writes many rows at once sets it.
    """

    class Role(models.TextChoices):
        SYSTEM = "system", "System"
        USER = "user", "User"
        ASSISTANT = "assistant", "Assistant"
        TOOL = "tool", "Tool"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    conversation = models.ForeignKey(
        Conversation, on_delete=models.DB_CASCADE, related_name="messages"
    )
    parent: "models.ForeignKey[Message | None]" = models.ForeignKey(
        "self", on_delete=models.DO_NOTHING, null=True, blank=True, related_name="children"
    )
    depth = models.PositiveIntegerField(default=0, editable=False)
    role = models.CharField(max_length=16, choices=Role)
    status = models.CharField(max_length=20, choices=Status, default=Status.COMPLETE)
    model_name = models.CharField(max_length=255, blank=True)
    server = models.CharField(max_length=255, blank=True)
    routing_profile = models.CharField(max_length=32, blank=True)
    request_id = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    message_metadata = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(auto_now=True)

    if TYPE_CHECKING:
        parts: RelatedManager["MessagePart"]
        generations: RelatedManager["Generation"]
        children: RelatedManager["Message"]
        attachments: RelatedManager["Attachment"]
        feedback: "Feedback"

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["conversation", "-id"], name="message_newest"),
            models.Index(
                fields=["conversation"], condition=Q(parent__isnull=True), name="message_root"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="message_not_own_parent"
            ),
            models.CheckConstraint(
                condition=Q(role="assistant") | Q(status="complete"),
                name="only_answers_have_status",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.public_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding and self.parent is not None and not self.depth:
            self.depth = self.parent.depth + 1
        super().save(*args, **kwargs)

    @property
    def text(self) -> str:
        """The words a person reads, without reasoning and tool calls."""
        return text_of(self.parts.all())

    @property
    def is_active(self) -> bool:
        return self.status in ACTIVE

    @property
    def is_finished(self) -> bool:
        return self.status not in (*ACTIVE, Status.AWAITING_APPROVAL)

    @property
    def files(self) -> "list[Attachment]":
        """In the order in which they were added; prefetched with a branch."""
        return list(self.attachments.all())

    @property
    def is_hidden(self) -> bool:
        """Part of an import, but nobody's words: neither shown nor sent to a model."""
        return bool(self.message_metadata.get("hidden"))


class MessagePart(models.Model):
    """A piece of a message. `position` is the order in which things happened, which is data:
    the page shows and the next request sends them in this order. `round` counts the model's calls
    within one answer, from 0."""

    class Kind(models.TextChoices):
        TEXT = "text", "Text"
        REASONING = "reasoning", "Reasoning"
        TOOL_CALL = "tool_call", "Tool call"

    message = models.ForeignKey(Message, on_delete=models.DB_CASCADE, related_name="parts")
    kind = models.CharField(max_length=16, choices=Kind)
    round = models.PositiveSmallIntegerField(default=0)
    position = models.PositiveIntegerField()
    content = models.TextField(blank=True)
    tool_call = models.OneToOneField(
        "ToolCall", on_delete=models.DB_CASCADE, null=True, blank=True, related_name="part"
    )
    duration_ms = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["message_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["message", "position"], name="one_part_a_position"),
            models.CheckConstraint(
                condition=Q(kind="tool_call", tool_call__isnull=False)
                | (~Q(kind="tool_call") & Q(tool_call__isnull=True)),
                name="tool_call_part_has_its_call",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.position}"


def text_of(parts: Iterable[MessagePart]) -> str:
    return "".join(part.content for part in parts if part.kind == MessagePart.Kind.TEXT)


@dataclass(frozen=True, slots=True)
class Siblings:
    """The messages that share a parent, in the order in which they were written. `number` counts
    from 1; the neighbours are public ids."""

    number: int
    count: int
    previous: uuid.UUID | None
    next: uuid.UUID | None


def siblings_of(messages: Sequence[Message]) -> dict[int, Siblings]:
    """For those messages that have any, by id; one query for any number of them."""
    return {
        key: _place(family, number)
        for family in families_of(messages)
        if len(family) > 1
        for number, (key, _) in enumerate(family)
    }


def families_of(messages: Sequence[Message]) -> list[list[tuple[int, uuid.UUID]]]:
    """The messages that stand in one place with these, by place: id and public id, oldest first."""
    if not messages:
        return []
    parents = {message.parent_id for message in messages}
    same = Q(parent_id__in=parents - {None})
    if None in parents:
        same |= Q(parent=None, conversation_id=messages[0].conversation_id)
    families: dict[int | None, list[tuple[int, uuid.UUID]]] = {}
    rows = Message.objects.filter(same).order_by("id").values_list("parent_id", "id", "public_id")
    for parent_id, key, public_id in rows:
        families.setdefault(parent_id, []).append((key, public_id))
    return list(families.values())


def _place(family: Sequence[tuple[int, uuid.UUID]], number: int) -> Siblings:
    before = family[number - 1][1] if number else None
    after = family[number + 1][1] if number + 1 < len(family) else None
    return Siblings(number + 1, len(family), before, after)
