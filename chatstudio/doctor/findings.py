"""What `manage.py doctor` finds.

An examination takes nothing and gives its findings, one a line of the report. It may be slow and
may fail: whatever it raises is a finding too.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    OK = "ok"
    WARNING = "warning"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True)
class Finding:
    """`text` says how it is, `next_step` what to do about it; a finding that is ok needs none."""

    state: State
    text: str
    next_step: str = ""


def ok(text: str) -> Finding:
    return Finding(State.OK, text)


def warning(text: str, next_step: str) -> Finding:
    return Finding(State.WARNING, text, next_step)


def failure(text: str, next_step: str) -> Finding:
    return Finding(State.FAILURE, text, next_step)


type Examination = Callable[[], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report: what was looked at, and how it is."""

    name: str
    finding: Finding


def has_failed(lines: Iterable[Line]) -> bool:
    return any(line.finding.state is State.FAILURE for line in lines)
