"""Figures and rows as the API tells of them."""

from collections import Counter

from django.db.models import QuerySet

from metrics.dashboard import lists
from metrics.dashboard.figures import (
    OVER_TIME,
    Figures,
    by_dimension,
    by_step,
    by_triple,
    figures_before,
    together,
)
from metrics.dashboard.filters import Asked
from metrics.models import FACTS, ChatMetric

GROUPS = {
    "model": "model_name",
    "profile": "routing_profile",
    "prompt_profile": "prompt_profile_name",
}
SHARES = {"p50": 0.5, "p95": 0.95}
SAME = ("created_at", "server", "model_digest", *FACTS)
"""Fields of a ChatMetric that the API calls the same."""

BEHIND = "generation__message__conversation"


def metrics_shape(asked: Asked) -> dict[str, object]:
    triples = by_triple(asked, asked.period.start, asked.period.end)
    total, before = together(triples.values()), figures_before(asked)
    groups = {
        name: [
            figures_shape(figures) | {"name": value}
            for value, figures in by_dimension(triples, dimension).items()
        ]
        for name, dimension in GROUPS.items()
    }
    return {
        "period": asked.period,
        "everybody": asked.person is None,
        "totals": figures_shape(total),
        "before": figures_shape(before) if before else None,
        "series": [
            {"start": start, "label": label, **counts_shape(sums)}
            for (start, _), (label, sums) in zip(asked.period.steps(), by_step(asked), strict=True)
        ],
        "groups": groups,
        "errors": [{"code": code, "count": n} for code, n in total.errors.most_common()],
        "thumbs": [
            {"model": one.model_name, "up": one.up, "down": one.down} for one in lists.thumbs(asked)
        ],
        "slowest": rows_shape(lists.slowest_metrics(asked)[: lists.SHOWN], asked),
        "failed": rows_shape(lists.failed_metrics(asked)[: lists.SHOWN], asked),
    }


def figures_shape(figures: Figures) -> dict[str, object]:
    return {
        **counts_shape(figures.sums),
        "failed_share": figures.failed_share,
        "time_to_first_token_ms": percentiles(figures, "time_to_first_token"),
        "tokens_per_second": percentiles(figures, "tokens_per_second"),
        "tool_calls": figures.tool_calls,
        "fallbacks": figures.fallbacks,
        "loads": figures.loads,
        "load_average_ms": figures.load_average_ms,
        "gpu_share": figures.gpu_share,
    }


def counts_shape(sums: Counter[str]) -> dict[str, int]:
    return {name: sums[name] for name in OVER_TIME}


def percentiles(figures: Figures, name: str) -> dict[str, float | None]:
    return {label: figures.percentile(name, share) for label, share in SHARES.items()}


def rows_shape(rows: QuerySet[ChatMetric], asked: Asked) -> list[dict[str, object]]:
    return [metric_shape(row, asked) for row in rows.select_related(BEHIND)]


def metric_shape(row: ChatMetric, asked: Asked) -> dict[str, object]:
    """With its message and its conversation at hand."""
    message = row.generation.message if row.generation else None
    conversation = message.conversation if message else None
    is_theirs = bool(
        conversation
        and conversation.owner_id == asked.viewer.pk
        and conversation.deleted_at is None
    )
    return {
        **{name: getattr(row, name) for name in SAME},
        "conversation_id": conversation.public_id if conversation and is_theirs else None,
        "message_id": message.public_id if message and is_theirs else None,
        "model": row.model_name,
        "profile": row.strategy,
        "prompt_profile": row.prompt_profile_name,
        "metric_metadata": row.metric_metadata,
        "metadata": row.metric_metadata,
    }


def row_shape(row: ChatMetric, asked: Asked) -> dict[str, object]:
    """With its owner at hand too."""
    return metric_shape(row, asked) | {"person": row.owner.username}
