from collections.abc import Iterable
from dataclasses import dataclass

from chatstudio.base.examining import Finding, State


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report: what was looked at, and how it is."""

    name: str
    finding: Finding


def has_failed(lines: Iterable[Line]) -> bool:
    return any(line.finding.state is State.FAILURE for line in lines)
