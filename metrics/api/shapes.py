"""What the API says of figures. Durations are milliseconds; null means that nobody said."""

from datetime import datetime
from uuid import UUID

from ninja import Schema
from pydantic import Field

from chatstudio.base.api.schemas import Page, Success


class Percentiles(Schema):
    """Read from distributions on a logarithmic scale: at most 9.1 % off."""

    p50: float | None
    p95: float | None


class CountsShape(Schema):
    answers: int
    complete: int
    stopped: int
    failed: int
    interrupted: int
    awaiting_approval: int
    input_tokens: int
    output_tokens: int


class FiguresShape(CountsShape):
    """What some answers come to. `failed_share` and `gpu_share` are 0 to 1."""

    failed_share: float | None
    time_to_first_token_ms: Percentiles
    tokens_per_second: Percentiles
    tool_calls: int
    fallbacks: int
    loads: int
    load_average_ms: float | None
    gpu_share: float | None


class GroupShape(FiguresShape):
    """`name` is empty where there was none, or nobody said."""

    name: str


class MetricGroups(Schema):
    """The most used first."""

    model: list[GroupShape]
    profile: list[GroupShape]
    prompt_profile: list[GroupShape]


class StepShape(CountsShape):
    """An hour, a day, a week or a month, which begins at `start`."""

    start: datetime
    label: str


class PeriodShape(Schema):
    """From `start` up to `end`; `before` is where the one that it is compared with began."""

    name: str
    start: datetime | None
    end: datetime
    before: datetime | None


class CauseShape(Schema):
    code: str
    count: int


class ThumbsShape(Schema):
    model: str
    up: int
    down: int


class MetricShape(Schema):
    """One answer, or a piece of it that was written in one go. The ids are null where the
    conversation is gone or somebody else's."""

    created_at: datetime
    conversation_id: UUID | None
    message_id: UUID | None
    model: str
    server: str
    model_digest: str
    profile: str
    prompt_profile: str
    status: str = Field(description="As a message's.")
    finish_reason: str = Field(description="As a message's.")
    error_code: str
    input_tokens: int | None
    output_tokens: int | None
    time_to_first_token_ms: float | None
    duration_ms: float | None
    queue_ms: float | None
    load_ms: float | None
    prompt_ms: float | None
    generation_ms: float | None
    tokens_per_second: float | None
    tool_calls: int
    messages_left_out: int
    fallback: str
    metric_metadata: dict[str, object]
    metadata: dict[str, object] = Field(description="The same, by its older name.")


class Metrics(Success):
    """`before` are the totals of the period before; null where there is none, as of `all`.
    `everybody`: the figures are those of all people."""

    period: PeriodShape
    everybody: bool
    totals: FiguresShape
    before: FiguresShape | None
    series: list[StepShape]
    groups: MetricGroups
    errors: list[CauseShape]
    thumbs: list[ThumbsShape]
    slowest: list[MetricShape]
    failed: list[MetricShape]


class MetricRow(MetricShape):
    """`person` is whose answer it is, by their user name."""

    person: str


class MetricRows(Page):
    rows: list[MetricRow]
