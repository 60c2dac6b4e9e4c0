"""What has been called in an answer, so that nothing is done twice in it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from routing.types import ChatMessage, ToolCall

AGAIN = "You have made this call already in this answer, so it was not made again. Its result was:"
BESIDE = "You made this call twice at once, so it was not made a second time."


@dataclass(slots=True)
class Made:
    """`results` by what was called, `told` by the id of each call."""

    results: dict[str, str] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of_answer(cls, messages: Iterable[ChatMessage]) -> Self:
        """What stands behind the last question: an answer may go on after a decision."""
        made, calls = cls(), dict[str, ToolCall]()
        for message in messages:
            if message.role == "user":
                made, calls = cls(), {}
            calls |= {call.call_id: call for call in message.tool_calls}
            if message.role == "tool" and message.tool_call_id in calls:
                made.note(calls[message.tool_call_id], message.content)
        return made

    def note(self, call: ToolCall, result: str) -> None:
        self.results.setdefault(_what(call), result)
        self.told[call.call_id] = result

    def knows(self, call: ToolCall) -> bool:
        return _what(call) in self.results

    def result_of(self, call: ToolCall) -> str | None:
        """None for one that waits beside this one."""
        return self.results.get(_what(call))

    def first_of_each(self, calls: Iterable[ToolCall]) -> list[ToolCall]:
        """Without those that were made before, or that stand twice among these."""
        fresh: dict[str, ToolCall] = {}
        for call in calls:
            if not self.knows(call):
                fresh.setdefault(_what(call), call)
        return list(fresh.values())


def _what(call: ToolCall) -> str:
    arguments = json.dumps(dict(call.arguments), sort_keys=True, default=str)
    return f"{call.name} {arguments}"
