"""What one generation took: from its end as it was told, or later from its row and its receipt."""

from dataclasses import dataclass, field

from conversations.answering.outcomes import Outcome
from conversations.models import Generation


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

    @property
    def tokens_per_second(self) -> float | None:
        tokens, ms = self.output_tokens, self.generation_ms
        return tokens * 1000 / ms if tokens and ms else None

    @property
    def queue_ms(self) -> float | None:
        """Our estimate: what of the wait for the first token neither loading nor reading was."""
        first, load, prompt = self.time_to_first_token_ms, self.load_ms, self.prompt_ms
        if first is None or load is None or prompt is None:
            return None
        return max(0.0, first - load - prompt)


def of_outcome(outcome: Outcome) -> Measured:
    usage, timings = outcome.finished.usage, outcome.finished.timings
    model = outcome.course.model
    return Measured(
        digest=model.digest if model else "",
        gpu_share=model.gpu_share if model else None,
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        time_to_first_token_ms=outcome.time_to_first_token_ms,
        duration_ms=outcome.duration_ms,
        total_ms=timings.total_ms,
        load_ms=timings.load_ms,
        prompt_ms=timings.prompt_ms,
        generation_ms=timings.generation_ms,
        notices=list(outcome.course.notices),
    )


def of_receipt(generation: Generation) -> Measured:
    """As far as the receipt goes: one whose process was lost says nothing of its end."""
    receipt = generation.read_receipt()
    usage, timings, model = receipt.usage, receipt.timings, receipt.model
    return Measured(
        digest=model.digest,
        gpu_share=model.gpu_share,
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        time_to_first_token_ms=receipt.time_to_first_token_ms,
        duration_ms=receipt.duration_ms or _took(generation),
        total_ms=timings.total_ms,
        load_ms=timings.load_ms,
        prompt_ms=timings.prompt_ms,
        generation_ms=timings.generation_ms,
        notices=list(receipt.notices),
    )


def _took(generation: Generation) -> float | None:
    if generation.finished_at is None:
        return None
    return max(0.0, (generation.finished_at - generation.created_at).total_seconds() * 1000)
