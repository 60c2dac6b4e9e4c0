"""The page of llama.cpp's server: a conversation beside the list of its messages, which form a
tree. Read only."""

import json
from collections.abc import Iterator

from chatstudio.base.json_types import JsonObject, object_at, objects_at, objects_in, text_at
from conversations.features.exchange import fields, tools
from conversations.features.exchange.contract import Format
from conversations.features.exchange.values import ForeignConversation, ForeignMessage

WORDED = ("text", "context", "pasted")
"""Kinds of attachments that are there with their words."""


def claims(value: JsonObject) -> bool:
    return isinstance(value.get("conv"), dict) and isinstance(value.get("messages"), list)


def read_value(value: JsonObject) -> Iterator[ForeignConversation]:
    about = object_at(value, "conv")
    conversation = ForeignConversation(
        fields.text_of(about, "id") or fields.key_of(value),
        title=fields.line_of(about, "name", 200),
        updated_at=fields.moment_of(about, "lastModified"),
        head=_key(about, "currNode") or None,
        is_pinned=about.get("pinned") is True,
    )
    values = [one for one in objects_at(value, "messages") if text_at(one, "type") != "root"]
    keys = {_key(one, "id") for one in values}
    for one in values:
        message = _message(one, conversation)
        if message.parent not in keys:  # the root holds nothing
            message.parent = None
        conversation.messages.append(message)
    conversation.messages = tools.fold_results(conversation.messages)
    yield conversation


def _key(value: JsonObject, name: str) -> str:
    """Numbers in older versions."""
    found = value.get(name)
    return str(found) if isinstance(found, int) else fields.text_of(value, name)


def _message(value: JsonObject, conversation: ForeignConversation) -> ForeignMessage:
    message = ForeignMessage(
        _key(value, "id"),
        _key(value, "parent") or None,
        tools.role_of(value),
        created_at=fields.moment_of(value, "timestamp"),
    )
    if call_id := fields.text_of(value, "toolCallId"):
        message.metadata["call_id"] = call_id
    if message.role == "assistant":
        message.model_name = fields.line_of(value, "model", 255)
        for name in ("reasoningContent", "reasoning_content", "thinking"):
            tools.add_reasoning(message, fields.text_of(value, name))
    tools.add_blocks(message, value.get("content"), conversation)
    tools.add_function_calls(message, _calls(value))
    for extra in objects_at(value, "extra"):
        _add_extra(message, extra, conversation)
    return message


def _calls(value: JsonObject) -> list[JsonObject]:
    """Written as a text in the newer versions."""
    found = value.get("toolCalls")
    if isinstance(found, str):
        try:
            return objects_in(json.loads(found))
        except (ValueError, RecursionError):
            return []
    return objects_in(found)


def _add_extra(
    message: ForeignMessage, extra: JsonObject, conversation: ForeignConversation
) -> None:
    kind, name = fields.line_of(extra, "type", 40), fields.line_of(extra, "name", 200)
    words = fields.text_of(extra, "content")
    if words and kind.removesuffix("File").lower() in WORDED:
        tools.add_text(message, f"\n\n{name}\n\n{tools.fenced(words)}")
    else:
        tools.note_left_out(conversation, kind, name)


FORMAT = Format(
    "llama-cpp",
    "llama.cpp",
    "Conversations of its own page, with branches, thoughts and attached text.",
    claims=claims,
    read_value=read_value,
)
