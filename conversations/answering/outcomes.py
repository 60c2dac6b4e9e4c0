"""How a generation ended, and what that makes of its message."""

from dataclasses import dataclass, field

from conversations.answering.course import Course
from conversations.models import Status
from routing.types import Finished

STATUS_OF_REASON = {
    "stop": Status.COMPLETE,
    "length": Status.COMPLETE,
    "tool_limit": Status.COMPLETE,
    "cancelled": Status.STOPPED,
    "error": Status.FAILED,
    "ended_early": Status.INTERRUPTED,
    "interrupted": Status.INTERRUPTED,
    "approval_needed": Status.AWAITING_APPROVAL,
}


def status_of(finish_reason: str) -> Status:
    """An unknown reason is a server's own word for an end: the answer is complete."""
    return STATUS_OF_REASON.get(finish_reason, Status.COMPLETE)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`finished` as the server said it, and our own clock in milliseconds from the start."""

    finished: Finished
    duration_ms: float
    time_to_first_token_ms: float | None = None
    course: Course = field(default_factory=Course)

    @property
    def status(self) -> Status:
        return status_of(self.finished.finish_reason)

    @property
    def tokens_per_second(self) -> float | None:
        tokens, ms = self.finished.usage.output_tokens, self.finished.timings.generation_ms
        return tokens * 1000 / ms if tokens and ms else None
