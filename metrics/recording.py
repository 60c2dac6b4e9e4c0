"""One ChatMetric for each generation: what it took, from its end as it was told, or later from its
row and its receipt."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from itertools import batched

from django.db import OperationalError, transaction
from django.db.models import Count
from django.dispatch import receiver

from chatstudio.base.json_types import JsonObject
from chatstudio.base.quick_rows import upsert_rows
from conversations.answering.course import Ended, Outcome
from conversations.models import Generation, ToolCall
from conversations.receipts import Receipt
from conversations.signals import generations_finished
from metrics import rollups
from metrics.models import ChatMetric
from routing.types import Timings

logger = logging.getLogger(__name__)

AT_ONCE = 200
"""Metrics in one transaction."""

WRITTEN = tuple(
    field.name
    for field in ChatMetric._meta.concrete_fields
    if field.name not in ("id", "generation")
)

type Measure = Callable[[Generation], Measured]


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


@receiver(generations_finished, dispatch_uid="metrics.record")
def record(sender: type, *, ended: Sequence[Ended], **kwargs: object) -> None:
    outcomes = {generation.pk: outcome for generation, outcome in ended}
    save_all([generation for generation, _ in ended], lambda it: of_outcome(outcomes[it.pk]))


def save_all(generations: Iterable[Generation], measure: Measure) -> int:
    """How many metrics were written. Recorded again, one takes the place of what it was before, in
    the rollups too."""
    return sum(_save_some(some, measure) for some in batched(generations, AT_ONCE, strict=False))


def _save_some(generations: Sequence[Generation], measure: Measure) -> int:
    """One of which nobody foresaw what it says does not keep the others waiting."""
    try:
        return _save_together(generations, measure)
    except OperationalError:  # the database is busy or away, for each of them
        raise
    except Exception:
        if len(generations) > 1:
            return sum(_save_some([one], measure) for one in generations)
        logger.exception("The metric of generation %s could not be made", generations[0].pk)
        return 0


def _save_together(generations: Sequence[Generation], measure: Measure) -> int:
    """The metrics and what the rollups make of them, in one short transaction."""
    with transaction.atomic():
        # Whoever records the same generations at the same moment waits here for its turn.
        rows = Generation.objects.select_for_update().order_by("id")
        there = set(rows.filter(id__in=[it.pk for it in generations]).values_list("id", flat=True))
        before = list(ChatMetric.objects.filter(generation__in=there))
        calls = _count_calls(there)
        metrics = [
            ChatMetric(generation=it, **values(it, measure(it), calls.get(it.pk, 0)))
            for it in {it.pk: it for it in generations if it.pk in there}.values()
        ]
        upsert_rows(metrics, same=("generation",), changed=WRITTEN)
        rollups.count([*((it, -1) for it in before), *((it, 1) for it in metrics)])
    return len(metrics)


def _count_calls(generations: Iterable[int]) -> dict[int, int]:
    """Without those that have none."""
    calls = ToolCall.objects.filter(generation__in=generations).order_by()
    return dict(calls.values_list("generation").annotate(Count("id")))


def values(generation: Generation, measured: Measured, calls: int) -> dict[str, object]:
    """`calls` are the rows of its calls: a request of another program keeps none."""
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
        "tool_calls": calls if generation.message_id else receipt.calls or 0,
        "messages_left_out": receipt.left_out.messages if receipt.left_out else 0,
        "fallback": receipt.fallback.from_[:32] if receipt.fallback else "",
        "metric_metadata": metadata(generation, receipt, measured),
        "created_at": generation.created_at,
    }


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
