"""What all errors of routing have in common."""

from typing import ClassVar

from chatstudio.base.json_types import JsonMapping, JsonObject, JsonValue


class RoutingError(Exception):
    code: ClassVar[str] = "routing_error"
    status: ClassVar[int] = 502
    sentence: ClassVar[str] = "The answer could not be written. Try again."

    def __init__(self, **context: JsonValue) -> None:
        self.context: JsonObject = context
        super().__init__(self.describe(context))

    @classmethod
    def describe(cls, context: JsonMapping) -> str:
        try:
            return cls.sentence.format_map(_Blank(context))
        except (TypeError, ValueError):  # a stored context of another form
            return RoutingError.sentence


class _Blank(dict[str, JsonValue]):
    def __missing__(self, key: str) -> str:
        return "?"
