import pytest

from conversations.answering.course import STATUS_OF_REASON, Outcome
from conversations.models import Status
from routing.types import FINISH_REASONS, Finished, Timings, Usage


def test_every_reason_has_a_status() -> None:
    assert set(STATUS_OF_REASON) == set(FINISH_REASONS)


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        ("stop", Status.COMPLETE),
        ("length", Status.COMPLETE),
        ("tool_limit", Status.COMPLETE),
        ("cancelled", Status.STOPPED),
        ("error", Status.FAILED),
        ("ended_early", Status.INTERRUPTED),
        ("interrupted", Status.INTERRUPTED),
        ("approval_needed", Status.AWAITING_APPROVAL),
        ("content_filter", Status.COMPLETE),
    ],
)
def test_a_reason_makes_a_status(reason: str, status: Status) -> None:
    assert Outcome(Finished(reason), duration_ms=0).status == status


def speed(tokens: int | None, generation_ms: float | None) -> float | None:
    finished = Finished("stop", Usage(10, tokens), Timings(generation_ms=generation_ms))
    return Outcome(finished, duration_ms=5000).tokens_per_second


def test_the_speed_is_the_servers_own() -> None:
    assert speed(50, 2000) == 25


@pytest.mark.parametrize(("tokens", "ms"), [(None, 2000), (50, None), (50, 0), (0, 2000)])
def test_without_the_servers_numbers_there_is_no_speed(tokens, ms) -> None:
    assert speed(tokens, ms) is None
