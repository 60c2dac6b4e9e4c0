"""Tools for a model that knows none, told in words; what it writes is read by the sieve.

The marks are those that many models have seen in training, whether their template has them or not.
"""

import json
from collections.abc import Iterable
from dataclasses import replace

from routing.tools.base import Tool
from routing.types import ChatMessage, ChatRequest

BEGIN, END = "<tool_call>", "</tool_call>"

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
        text = f"Result of {message.tool_name}:\n{message.content}"
        return ChatMessage("user", text, tool_name=message.tool_name, extra=len(text))
    if message.tool_calls:
        calls = ({"name": one.name, "arguments": dict(one.arguments)} for one in message.tool_calls)
        lines = (f"{BEGIN}{json.dumps(call, ensure_ascii=False)}{END}" for call in calls)
        return ChatMessage("assistant", "\n".join([message.content, *lines]).strip())
    return message
