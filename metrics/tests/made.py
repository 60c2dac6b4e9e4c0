"""Metrics as answers leave them, made without a model: through the same door as real ones."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from chatstudio.models import User
from conversations.models import Conversation, Generation
from conversations.tests.rows import conversation_of, generation_of, say
from metrics.models import ChatMetric
from metrics.recording import of_receipt, save_all


def receipt_of(
    first: float | None = 500.0,
    took: float = 4000.0,
    read: int | None = 100,
    written: int | None = 200,
    profile: str = "",
    **more: Any,
) -> dict[str, Any]:
    """As an answer's own: it loaded for 50 ms, read for 100 and wrote for 2,000."""
    timings = {"total_ms": took, "load_ms": 50.0, "prompt_ms": 100.0, "generation_ms": 2000.0}
    return {
        "usage": {"input_tokens": read, "output_tokens": written},
        "timings": timings,
        "duration_ms": took,
        "time_to_first_token_ms": first,
        "prompt_profile": {"name": profile} if profile else None,
        **more,
    }


def ended(
    owner: User,
    at: datetime | None = None,
    conversation: Conversation | None = None,
    status: str = "complete",
    receipt: dict[str, Any] | None = None,
    **fields: Any,
) -> Generation:
    """A generation that has ended and has no metric yet."""
    at = at or timezone.now()
    message = say(conversation or conversation_of(owner), "assistant", "Hello", status)
    facts = {"finish_reason": "error" if status == "failed" else "stop", **fields}
    return generation_of(
        message,
        receipt=receipt_of() if receipt is None else receipt,
        created_at=at,
        finished_at=at + timedelta(seconds=4),
        **facts,
    )


def measured(owner: User, at: datetime | None = None, **how: Any) -> ChatMetric:
    generation = ended(owner, at, **how)
    save_all([generation], of_receipt)
    return ChatMetric.objects.get(generation=generation)


def failed(owner: User, code: str = "server_unreachable", **how: Any) -> ChatMetric:
    receipt = receipt_of(first=None, read=None, written=None) | {"timings": {}}
    return measured(owner, status="failed", error_code=code, receipt=receipt, **how)
