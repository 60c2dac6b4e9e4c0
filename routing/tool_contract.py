"""What a tool is, for whoever offers some: a name, a schema of its arguments, how far it reaches,
and what it does."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Risk(StrEnum):
    READS = "reads"
    WRITES = "writes"
    REACHES_OUT = "reaches_out"


class ToolFailed(Exception):
    """`str()` is a sentence for the model and the person."""


@dataclass(frozen=True, slots=True)
class ToolContext:
    """For whom a tool runs: values, no rows."""

    person_id: int
    conversation_id: int | None = None
    time_zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Tool:
    """`run` returns text for the model, or raises ToolFailed."""

    name: str
    description: str
    schema: Mapping[str, Any]
    risk: Risk
    run: Callable[[Mapping[str, Any], ToolContext], Awaitable[str]]
