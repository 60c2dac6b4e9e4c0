"""One ChatMetric for each generation, with what the server reported."""

from typing import Any

from django.dispatch import receiver

from conversations.models import Generation
from conversations.outcomes import Outcome
from conversations.signals import generation_finished
from metrics.models import ChatMetric


@receiver(generation_finished, dispatch_uid="metrics.record")
def record(sender: type, *, generation: Generation, outcome: Outcome, **kwargs: Any) -> None:
    ChatMetric.objects.update_or_create(generation=generation, defaults=values(generation, outcome))


def values(generation: Generation, outcome: Outcome) -> dict[str, Any]:
    model = outcome.course.model
    finished, conversation = outcome.finished, generation.message.conversation
    profile = generation.receipt.get("prompt_profile") or {}
    return {
        "owner_id": conversation.owner_id,
        "strategy": generation.strategy,
        "server": generation.server,
        "model_name": generation.model_name,
        "model_digest": model.digest[:80] if model else "",
        "prompt_profile_name": profile.get("name", ""),
        "status": generation.status,
        "error_code": generation.error_code,
        "finish_reason": generation.finish_reason,
        "input_tokens": finished.usage.input_tokens,
        "output_tokens": finished.usage.output_tokens,
        "time_to_first_token_ms": outcome.time_to_first_token_ms,
        "duration_ms": outcome.duration_ms,
        "load_ms": finished.timings.load_ms,
        "prompt_ms": finished.timings.prompt_ms,
        "generation_ms": finished.timings.generation_ms,
        "tokens_per_second": outcome.tokens_per_second,
        "created_at": generation.created_at,
    }
