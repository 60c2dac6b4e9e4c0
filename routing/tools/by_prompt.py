"""Tools for a model that knows none: told in words, and read out of what it writes.

The marks are those that many models have seen in training, whether their template has them or not.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from chatstudio.base.json_types import JsonMapping, parse_object
from routing.llm.wire import tool_call
from routing.tools.base import Tool
from routing.types import ChatMessage, ChatRequest, ToolCall

BEGIN, END = "<tool_call>", "</tool_call>"
LONGEST_CALL = 100_000

ORDER = """You can use tools. To use one, write nothing but a line like this, and stop:
{begin}{{"name": "the tool's name", "arguments": {{"an argument": "its value"}}}}{end}
You will then be told its result, and go on. Use a tool only where it helps; otherwise just answer.
The tools, with the JSON schema of their arguments:
{tools}"""


def in_words(request: ChatRequest, tools: Iterable[Tool]) -> ChatRequest:
    """The same request for a model without tools."""
    lines = [
        json.dumps(
            {"name": tool.name, "description": tool.description, "arguments": dict(tool.schema)},
            ensure_ascii=False,
        )
        for tool in tools
    ]
    first, *rest = map(_message_in_words, request.messages)
    if lines:
        order = ORDER.format(begin=BEGIN, end=END, tools="\n".join(lines))
        if first.role == "system":
            first = replace(first, content=f"{first.content}\n\n{order}")
        else:
            first, rest = ChatMessage("system", order), [first, *rest]
    return replace(request, messages=(first, *rest), tools=())


def _message_in_words(message: ChatMessage) -> ChatMessage:
    if message.role == "tool":
        return ChatMessage("user", f"Result of {message.tool_name}:\n{message.content}")
    if message.tool_calls:
        calls = ({"name": one.name, "arguments": dict(one.arguments)} for one in message.tool_calls)
        lines = (f"{BEGIN}{json.dumps(call, ensure_ascii=False)}{END}" for call in calls)
        return ChatMessage("assistant", "\n".join([message.content, *lines]).strip())
    return message


@dataclass(slots=True)
class Sieve:
    """Parts a growing text into what a person reads and the calls within it. What might be the
    beginning of a mark is held back until it is clear."""

    calls: list[ToolCall] = field(default_factory=list)
    _held: str = ""
    _inside: bool = False

    def add(self, text: str) -> str:
        """The words that can be shown now."""
        self._held += text
        return "".join(self._visible_words())

    def end(self) -> str:
        """What is left: a call without its end counts, as small models often forget it."""
        if not self._inside:
            rest, self._held = self._held, ""
            return rest
        self._take(self._held)
        return ""

    def _visible_words(self) -> Iterator[str]:
        while True:
            mark = END if self._inside else BEGIN
            before, found, after = self._held.partition(mark)
            if not found:
                break
            if self._inside:
                self._take(before)
            else:
                yield before
            self._held, self._inside = after, not self._inside
        if self._inside:
            self._held = self._held[:LONGEST_CALL]
            return
        keep = _overlap(self._held, BEGIN)
        yield self._held[: len(self._held) - keep]
        self._held = self._held[len(self._held) - keep :]

    def _take(self, text: str) -> None:
        data: JsonMapping = parse_object(text.strip()) or {}
        name = data.get("name")
        arguments = data.get("arguments", data.get("parameters"))
        if isinstance(name, str) and name:
            self.calls.append(tool_call("", name, arguments))
        elif text.strip():
            self.calls.append(tool_call("", "", text.strip()))


def _overlap(text: str, mark: str) -> int:
    """How many characters at the end of the text are the beginning of the mark."""
    for length in range(min(len(text), len(mark) - 1), 0, -1):
        if mark.startswith(text[-length:]):
            return length
    return 0
