"""What both protocols share: tool calls, and why an answer ended."""

import json
import re
import uuid

from chatstudio.base.json_types import JsonMapping, JsonValue, object_in
from routing.tools import lenient_json
from routing.types import CUT_OFF, FINISH_REASONS, ToolCall

UNPARSED = "_unparsed"
"""The argument under which a tool call's text stands when it is not a JSON object."""

LONGEST_REASON = 32
NO_ARGUMENTS = ("", "null", "none", "undefined")
FENCED = re.compile(r"\A```[ \t]*\w*\s*(.*?)\s*(?:```)?\Z", re.DOTALL)
SPACE_OF_NAMES = re.compile(r"\A(?:functions?|tools?|default_api)[.:](?=\w)|(?<=\w):\d+\Z|<\|.*\Z")
"""What some models write before and behind a tool's name."""

SAME_REASONS = {
    "": "stop",
    "tool_calls": "stop",
    "function_call": "stop",
    "max_tokens": "length",
    "max_output_tokens": "length",
    "model_length": "length",
    "model_context_window_exceeded": "length",
    "safety": "content_filter",
    "sensitive": "content_filter",
    "recitation": "content_filter",
    "prohibited_content": "content_filter",
    "blocklist": "content_filter",
    "spii": "content_filter",
    "content_filtered": "content_filter",
    "error_toxic": "content_filter",
    "guardrail_intervened": "content_filter",
    "aborted": "abort",
    "network_error": "abort",
    "insufficient_system_resource": "abort",
}
"""Other words for an end of which a person is told. Any other word is kept."""


def tool_call(call_id: str, name: str, arguments: JsonValue) -> ToolCall:
    """`arguments` as an object or as JSON text; without an id the call gets one of ours."""
    name = SPACE_OF_NAMES.sub("", name.strip())
    return ToolCall(call_id or f"call_{uuid.uuid4().hex[:12]}", name, _arguments(arguments))


def _arguments(value: JsonValue) -> JsonMapping:
    found = value if isinstance(value, dict) else _object_in(value)
    if found is None and isinstance(value, str):  # single quotes, a comma too many
        found = object_in(lenient_json.load(value)) or None
    return {UNPARSED: value} if found is None else found


def is_complete(text: str) -> bool:
    """Whether a call's arguments are all there."""
    return bool(text.strip()) and _object_in(text) is not None


def _object_in(value: JsonValue) -> JsonMapping | None:
    """The object that somebody meant who wrote it as a text, in a fence, in a list, with a bracket
    too many, or twice; None for half a one."""
    if value is None or value == []:
        return {}
    if isinstance(value, str) and value.strip().lower() in NO_ARGUMENTS:
        return {}
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, str):
        return value if isinstance(value, dict) else None
    text = value.strip()
    if fenced := FENCED.match(text):
        text = fenced[1]
    if text.startswith("{{") and text.endswith("}}"):
        text = text[1:-1]
    try:
        found, end = json.JSONDecoder(strict=False).raw_decode(text)
    except (ValueError, RecursionError):
        return None
    rest = text[end:].strip()
    if found == {} and rest.startswith("{"):  # a beginning that was filled later
        return _object_in(rest)
    if rest.strip("}] \n") and rest != text[:end].strip():
        return None
    return _object_in(found)


def finish_reason(word: str) -> str:
    """A server's own word is kept, unless it is one of those that only we may say."""
    plain = word.partition(":")[0].strip().lower()  # Gemini says more behind a colon
    word = SAME_REASONS.get(plain, plain if plain in (*CUT_OFF, *FINISH_REASONS) else word)
    if word in FINISH_REASONS and word not in ("stop", "length"):
        return "ended_early"
    return word[:LONGEST_REASON]
