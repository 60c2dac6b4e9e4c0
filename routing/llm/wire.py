"""What both protocols share: reading values that may be absent, null or of another type."""

import json
import uuid
from collections.abc import Mapping
from typing import Any

from routing.types import FINISH_REASONS, ToolCall

UNPARSED = "_unparsed"
"""The argument under which a tool call's text stands when it is not a JSON object."""

LONGEST_REASON = 32


def as_object(data: bytes | str) -> dict[str, Any] | None:
    """None for what is not a JSON object. Broken characters become U+FFFD."""
    text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def part(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = data.get(name)
    return value if isinstance(value, dict) else {}


def items(data: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The objects of a list that may be null or absent."""
    value = data.get(name)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def text(data: Mapping[str, Any], name: str) -> str:
    """A text that can be stored: JSON may escape half a surrogate pair or a NUL."""
    value = data.get(name)
    if not isinstance(value, str) or not value:
        return ""
    if not value.isascii():
        value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value.replace("\0", "\ufffd")


def number(data: Mapping[str, Any], name: str) -> int | None:
    value = data.get(name)
    return int(value) if isinstance(value, int | float) and abs(value) < 2**63 else None


def milliseconds(data: Mapping[str, Any], name: str) -> float | None:
    value = data.get(name)
    return float(value) if isinstance(value, int | float) else None


def tool_call(call_id: str, name: str, arguments: Any) -> ToolCall:
    """`arguments` as an object or as JSON text; without an id the call gets one of ours."""
    return ToolCall(call_id or f"call_{uuid.uuid4().hex[:12]}", name, _arguments(arguments))


def _arguments(value: Any) -> Mapping[str, Any]:
    if isinstance(value, dict):
        return value
    if value is None or (isinstance(value, str) and not value.strip()):
        return {}
    parsed = as_object(value) if isinstance(value, str) else None
    return {UNPARSED: value} if parsed is None else parsed


def finish_reason(word: str) -> str:
    """A server's own word is kept, unless it is one of those that only we may say."""
    if word in ("", "stop", "tool_calls", "function_call"):
        return "stop"
    if word in FINISH_REASONS and word != "length":
        return "ended_early"
    return word[:LONGEST_REASON]
