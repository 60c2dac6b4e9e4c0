"""What all errors of routing have in common."""

from collections.abc import Mapping
from typing import Any, ClassVar


class RoutingError(Exception):
    code: ClassVar[str] = "routing_error"
    status: ClassVar[int] = 502
    sentence: ClassVar[str] = "The answer could not be written. Try again."

    def __init__(self, **context: Any) -> None:
        self.context: dict[str, Any] = context
        super().__init__(self.describe(context))

    @classmethod
    def describe(cls, context: Mapping[str, Any]) -> str:
        try:
            return cls.sentence.format_map(_Blank(context))
        except (TypeError, ValueError):  # a stored context of another form
            return RoutingError.sentence


class _Blank(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"
