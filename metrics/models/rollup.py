from django.conf import settings
from django.db import models
from django.db.models import Q


class MetricRollup(models.Model):
    """What many metrics come to. Each metric counts in two rows: one with its owner, for the hour
    that began at `start`; and one without, for everybody and the day that began at `start`; hours
    and days are those of TIME_ZONE. So one person's figures are exact to the hour, and those of
    everybody over years are a few thousand rows.

    The three distributions are JSON, {bucket: count} as metrics.rollups describes: of some
    ninety buckets a row uses a handful, where columns would be three times ninety zeros.
    `errors` is {error code: count}. Sums are milliseconds.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DB_CASCADE,
        null=True,
        blank=True,
        related_name="metric_rollups",
    )
    start = models.DateTimeField()
    model_name = models.CharField(max_length=255, blank=True)
    routing_profile = models.CharField(max_length=32, blank=True)
    prompt_profile_name = models.CharField(max_length=80, blank=True)

    answers = models.PositiveIntegerField(default=0)
    complete = models.PositiveIntegerField(default=0)
    stopped = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    interrupted = models.PositiveIntegerField(default=0)
    awaiting_approval = models.PositiveIntegerField(default=0)
    errors = models.JSONField(default=dict, blank=True)

    input_tokens = models.PositiveBigIntegerField(default=0)
    output_tokens = models.PositiveBigIntegerField(default=0)
    tool_calls = models.PositiveIntegerField(default=0)
    fallbacks = models.PositiveIntegerField(default=0)
    loads = models.PositiveIntegerField(default=0)
    load_ms = models.FloatField(default=0)
    gpu_shares = models.PositiveIntegerField(default=0)
    gpu_share_sum = models.FloatField(default=0)

    time_to_first_token_ms = models.FloatField(default=0)
    duration_ms = models.FloatField(default=0)
    time_to_first_token = models.JSONField(default=dict, blank=True)
    duration = models.JSONField(default=dict, blank=True)
    tokens_per_second = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "start", "model_name", "routing_profile", "prompt_profile_name"],
                name="one_rollup_an_hour",
            ),
            models.UniqueConstraint(
                fields=["start", "model_name", "routing_profile", "prompt_profile_name"],
                condition=Q(owner__isnull=True),
                name="one_rollup_a_day",
            ),
        ]
        indexes = [models.Index(fields=["start"], name="rollup_start")]

    def __str__(self) -> str:
        return f"{self.model_name} {self.start:%Y-%m-%d %H:%M} ({self.answers})"
