"""What `manage.py doctor` looks at: a list to which every application can add.

An examination takes nothing and gives its findings, one a line of the report. It may be slow and
may fail: whatever it raises is a finding too. An application adds its own when it is ready:

    examining.EXAMINATIONS["search"] = look
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

EXAMINATIONS: dict[str, Examination] = {}
"""By the word that stands before each line, in the order of the report."""
