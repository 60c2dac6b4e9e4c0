import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone


class PromptProfile(models.Model):
    """A stored way of asking: system prompt, model and parameters. Without an owner it is
    everybody's to use and an administrator's to change. `agent_fallback` overrides
    ZAIN_AGENT_FALLBACK; null leaves it. `chosen_tools` are the names of the tools that may be sent;
    null is all that fit. `thinking_begins` and `thinking_ends` are the marks of a
    model that writes its thoughts into the text in a way of its own."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DB_CASCADE,
        null=True,
        blank=True,
        related_name="prompt_profiles",
    )
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=200, blank=True)
    system_prompt = models.TextField(blank=True, max_length=100_000)
    model_name = models.CharField(max_length=255, blank=True)
    server = models.CharField(max_length=255, blank=True)
    routing_profile = models.CharField(max_length=32, blank=True)
    parameters = models.JSONField(default=dict, blank=True)
    agent_fallback = models.BooleanField(null=True, blank=True)
    chosen_tools = models.JSONField(null=True, blank=True)
    thinking_begins = models.CharField(
        max_length=80, blank=True, validators=[MinLengthValidator(2)]
    )
    thinking_ends = models.CharField(max_length=80, blank=True, validators=[MinLengthValidator(2)])
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="prompt_profile_name"),
            models.UniqueConstraint(
                fields=["name"], condition=Q(owner__isnull=True), name="shared_prompt_profile_name"
            ),
            models.UniqueConstraint(
                fields=["owner"], condition=Q(is_default=True), name="one_default_prompt_profile"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.thinking_begins and not self.thinking_ends:
            sentence = "Write as well what the model's thinking ends with."
            raise ValidationError({"thinking_ends": sentence})


class PromptProfileVersion(models.Model):
    """What a profile held at one time, written by features.prompt_profiles.saving alone.

    `content` has the fields of `prompt_profiles.content.FIELDS`; the newest version equals its
    profile. Numbers begin at 1 and have no gaps. `restored_from` is the number of the version that
    was brought back.
    """

    profile = models.ForeignKey(PromptProfile, on_delete=models.DB_CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField(default=dict)
    restored_from = models.PositiveIntegerField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["profile", "number"], name="one_prompt_profile_version_a_number"
            )
        ]

    def __str__(self) -> str:
        return f"Version {self.number}"
