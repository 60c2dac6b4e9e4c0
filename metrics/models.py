from django.conf import settings
from django.db import models
from django.db.models import Q

FACTS = (
    *("status", "finish_reason", "error_code", "input_tokens", "output_tokens"),
    *("time_to_first_token_ms", "duration_ms", "queue_ms", "load_ms", "prompt_ms"),
    *("generation_ms", "tokens_per_second", "tool_calls", "messages_left_out", "fallback"),
)
"""What a metric says of its answer, in the order in which programs and spreadsheets get it."""


class ChatMetric(models.Model):
    """What one generation took, as the server reported it. Outlives its conversation.

    Durations are milliseconds; tokens_per_second is output_tokens over generation_ms. Counts and
    times are the server's own, but for time_to_first_token_ms and duration_ms, which our clock
    measured, and queue_ms: no server says how long a request waited, so it is our estimate, time
    to first token minus load_ms minus prompt_ms and at least 0, where all three are known.

    `metric_metadata`: cause, total_ms (the server's), notices, gpu_share (0 to 1),
    fallback_code, window_tokens, window_source; each only where there is something to say.
    """

    generation = models.OneToOneField(
        "conversations.Generation",
        on_delete=models.DB_SET_NULL,
        null=True,
        blank=True,
        related_name="metric",
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DB_CASCADE, related_name="chat_metrics"
    )
    strategy = models.CharField(max_length=32)
    server = models.CharField(max_length=255, blank=True)
    model_name = models.CharField(max_length=255, blank=True)
    model_digest = models.CharField(max_length=80, blank=True)
    prompt_profile_name = models.CharField(max_length=80, blank=True)
    status = models.CharField(max_length=20)
    error_code = models.CharField(max_length=64, blank=True)
    finish_reason = models.CharField(max_length=64, blank=True)
    input_tokens = models.PositiveIntegerField(null=True, blank=True)
    output_tokens = models.PositiveIntegerField(null=True, blank=True)
    time_to_first_token_ms = models.FloatField(null=True, blank=True)
    duration_ms = models.FloatField(null=True, blank=True)
    queue_ms = models.FloatField(null=True, blank=True)
    load_ms = models.FloatField(null=True, blank=True)
    prompt_ms = models.FloatField(null=True, blank=True)
    generation_ms = models.FloatField(null=True, blank=True)
    tokens_per_second = models.FloatField(null=True, blank=True)
    tool_calls = models.PositiveSmallIntegerField(default=0)
    messages_left_out = models.PositiveIntegerField(default=0)
    fallback = models.CharField(max_length=32, blank=True)
    metric_metadata = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="metric_newest"),
            models.Index(fields=["owner", "-created_at"], name="metric_owner"),
            models.Index(fields=["model_name", "-created_at"], name="metric_model"),
            # The dashboard's two lists: what failed last, and what took longest. The period and the
            # owner stand in the index, so that what is out of them is passed over unread.
            models.Index(
                fields=["-created_at", "owner"],
                condition=Q(status="failed"),
                name="metric_failed",
            ),
            models.Index(fields=["-duration_ms", "created_at", "owner"], name="metric_slowest"),
            models.Index(
                fields=["owner", "-duration_ms", "created_at"], name="metric_owner_slowest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model_name} {self.status} {self.created_at:%Y-%m-%d %H:%M}"


class MetricRollup(models.Model):
    """What many metrics come to. Each metric counts in two rows of the day that began at `start`,
    as TIME_ZONE has it: one with its owner, and one without, for everybody. So years are a few
    thousand rows; the hours of the last day are summed from the metrics themselves.

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
                name="one_rollup_a_day_each",
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
