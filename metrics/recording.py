"""One ChatMetric for each generation, with what the server reported."""

from django.db import transaction
from django.dispatch import receiver

from chatstudio.base.json_types import JsonObject
from conversations.answering.outcomes import Outcome
from conversations.models import Generation
from conversations.receipts import Receipt
from conversations.signals import generation_finished
from metrics import rollups
from metrics.measured import Measured, of_outcome
from metrics.models import ChatMetric


@receiver(generation_finished, dispatch_uid="metrics.record")
def record(sender: type, *, generation: Generation, outcome: Outcome, **kwargs: object) -> None:
    save(generation, of_outcome(outcome))


def save(generation: Generation, measured: Measured) -> None:
    """The metric and what the rollups make of it, in one short transaction. Recorded again it
    takes the place of what it was before, in the rollups too."""
    facts = values(generation, measured)
    with transaction.atomic():
        # Whoever records the same generation at the same moment waits here for its turn.
        there = Generation.objects.select_for_update().filter(id=generation.id)
        if not there.values_list("id", flat=True).first():
            return
        before = ChatMetric.objects.filter(generation=generation).first()
        metric = ChatMetric(generation=generation, pk=before.pk if before else None, **facts)
        metric.save(force_insert=before is None, force_update=before is not None)
        rollups.count(metric, instead_of=before)


def values(generation: Generation, measured: Measured) -> dict[str, object]:
    receipt = generation.read_receipt()
    return {
        "owner_id": generation.person_id,
        # The one that answered, which after a fallback is not the one that was chosen.
        "strategy": (receipt.route.strategy or generation.strategy)[:32],
        "server": generation.server,
        "model_name": generation.model_name,
        "model_digest": measured.digest[:80],
        "prompt_profile_name": receipt.prompt_profile.name[:80],
        "status": generation.status,
        "error_code": generation.error_code,
        "finish_reason": generation.finish_reason,
        "input_tokens": measured.input_tokens,
        "output_tokens": measured.output_tokens,
        "time_to_first_token_ms": measured.time_to_first_token_ms,
        "duration_ms": measured.duration_ms,
        "queue_ms": measured.queue_ms,
        "load_ms": measured.load_ms,
        "prompt_ms": measured.prompt_ms,
        "generation_ms": measured.generation_ms,
        "tokens_per_second": measured.tokens_per_second,
        "tool_calls": calls_of(generation, receipt),
        "messages_left_out": receipt.left_out.messages if receipt.left_out else 0,
        "fallback": receipt.fallback.from_[:32] if receipt.fallback else "",
        "metric_metadata": metadata(generation, receipt, measured),
        "created_at": generation.created_at,
    }


def calls_of(generation: Generation, receipt: Receipt) -> int:
    """A request of another program keeps no rows of its calls."""
    if generation.message_id is None:
        return receipt.calls or 0
    return generation.tool_calls.count()


def metadata(generation: Generation, receipt: Receipt, measured: Measured) -> JsonObject:
    fallback, window = receipt.fallback, receipt.window
    facts: JsonObject = {
        "cause": str(generation.cause),
        "total_ms": measured.total_ms,
        "gpu_share": measured.gpu_share,
        "notices": [*measured.notices],
        "fallback_code": fallback.code if fallback else None,
        "window_tokens": window.tokens,
        "window_source": window.source,
    }
    return {name: value for name, value in facts.items() if value not in (None, "", [])}
