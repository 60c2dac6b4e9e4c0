"""What both protocols share: tool calls, and why an answer ended."""

import uuid

from chatstudio.base.json_types import JsonMapping, JsonValue, parse_object
from routing.types import FINISH_REASONS, ToolCall

UNPARSED = "_unparsed"
"""The argument under which a tool call's text stands when it is not a JSON object."""

LONGEST_REASON = 32


def tool_call(call_id: str, name: str, arguments: JsonValue) -> ToolCall:
    """`arguments` as an object or as JSON text; without an id the call gets one of ours."""
    return ToolCall(call_id or f"call_{uuid.uuid4().hex[:12]}", name, _arguments(arguments))


def _arguments(value: JsonValue) -> JsonMapping:
    if isinstance(value, dict):
        return value
    if value is None or (isinstance(value, str) and not value.strip()):
        return {}
    parsed = parse_object(value) if isinstance(value, str) else None
    return {UNPARSED: value} if parsed is None else parsed


def finish_reason(word: str) -> str:
    """A server's own word is kept, unless it is one of those that only we may say."""
    if word in ("", "stop", "tool_calls", "function_call"):
        return "stop"
    if word in FINISH_REASONS and word != "length":
        return "ended_early"
    return word[:LONGEST_REASON]
