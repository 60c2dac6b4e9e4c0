"""One ChatMetric for each generation: what it took, from its end as it was told, or later from its
row and its receipt."""

from dataclasses import asdict, dataclass, field

from django.db import transaction
from django.dispatch import receiver

from chatstudio.base.json_types import JsonObject
from conversations.answering.course import Outcome
from conversations.models import Generation
from conversations.receipts import Receipt
from conversations.signals import generation_finished
from metrics import rollups
from metrics.models import ChatMetric
from routing.types import Timings


@dataclass(frozen=True, slots=True)
class Measured:
    """Milliseconds and the server's own counts; None means that nobody said."""

    digest: str = ""
    gpu_share: float | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    time_to_first_token_ms: float | None = None
    duration_ms: float | None = None
    total_ms: float | None = None
    load_ms: float | None = None
    prompt_ms: float | None = None
    generation_ms: float | None = None
    notices: list[str] = field(default_factory=list)
    first_round: Timings | None = None
    """Where there were several."""

    @property
    def tokens_per_second(self) -> float | None:
        tokens, ms = self.output_tokens, self.generation_ms
        return tokens * 1000 / ms if tokens and ms else None

    @property
    def queue_ms(self) -> float | None:
        """Our estimate: what of the wait for the first token neither loading nor reading was."""
        first, took = self.time_to_first_token_ms, self.first_round or self
        load, prompt = took.load_ms, took.prompt_ms
        if first is None or load is None or prompt is None:
            return None
        return max(0.0, first - load - prompt)


def of_outcome(outcome: Outcome) -> Measured:
    course = outcome.course
    return Measured(
        digest=course.model.digest if course.model else "",
        gpu_share=course.model.gpu_share if course.model else None,
        time_to_first_token_ms=outcome.time_to_first_token_ms,
        duration_ms=outcome.duration_ms,
        notices=list(course.notices),
        first_round=course.rounds[0].timings if course.rounds else None,
        **asdict(outcome.usage),
        **asdict(outcome.timings),
    )


def of_receipt(generation: Generation) -> Measured:
    """As far as the receipt goes: one whose process was lost says nothing of its end."""
    receipt = generation.read_receipt()
    return Measured(
        digest=receipt.model.digest,
        gpu_share=receipt.model.gpu_share,
        time_to_first_token_ms=receipt.time_to_first_token_ms,
        duration_ms=receipt.duration_ms or _took(generation),
        notices=list(receipt.notices),
        first_round=receipt.rounds[0].timings if receipt.rounds else None,
        **asdict(receipt.usage),
        **asdict(receipt.timings),
    )


def _took(generation: Generation) -> float | None:
    if generation.finished_at is None:
        return None
    return max(0.0, (generation.finished_at - generation.created_at).total_seconds() * 1000)


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
