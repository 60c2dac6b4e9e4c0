"""Claude's export: linear conversations, content in blocks, one `tool_result` after its `tool_use`.

Read only. What was attached as text is kept in the message; other files are not in the export.
"""

from collections.abc import Iterator

from chatstudio.base.json_types import JsonObject, flag_at, objects_at
from conversations.features.exchange import fields, tools
from conversations.features.exchange.contract import Format
from conversations.features.exchange.tree import in_a_row
from conversations.features.exchange.values import (
    ForeignConversation,
    ForeignMessage,
    ForeignPart,
    Refused,
)


def claims(value: JsonObject) -> bool:
    return "chat_messages" in value


def read_value(value: JsonObject) -> Iterator[ForeignConversation]:
    if not isinstance(value["chat_messages"], list):
        raise Refused("Its messages are no list.")
    conversation = ForeignConversation(
        fields.text_of(value, "uuid"),
        title=fields.line_of(value, "name", 200),
        created_at=fields.moment_of(value, "created_at"),
        updated_at=fields.moment_of(value, "updated_at"),
        model_name=fields.line_of(value, "model", 255),
        is_pinned=flag_at(value, "is_starred"),
    )
    found = enumerate(objects_at(value, "chat_messages"), 1)
    conversation.messages = in_a_row([_message(one, n, conversation) for n, one in found])
    yield conversation


def _message(value: JsonObject, number: int, conversation: ForeignConversation) -> ForeignMessage:
    role = "user" if value.get("sender") == "human" else "assistant"
    message = ForeignMessage(
        fields.text_of(value, "uuid") or f"message {number}",
        None,
        role,
        created_at=fields.moment_of(value, "created_at"),
        model_name=conversation.model_name if role == "assistant" else "",
    )
    for block in objects_at(value, "content"):
        _add_block(message, block, conversation)
    if not any(part.kind == "text" for part in message.parts) and (
        text := fields.text_of(value, "text")
    ):
        message.parts.append(ForeignPart("text", text))
    _add_files(message, value, conversation)
    return message


def _add_block(
    message: ForeignMessage, block: JsonObject, conversation: ForeignConversation
) -> None:
    match block.get("type"):
        case "text":
            tools.add_text(message, fields.text_of(block, "text"))
            tools.add_citations(message, objects_at(block, "citations"))
        case "thinking":
            seconds = tools.seconds_between(block, "start_timestamp", "stop_timestamp")
            tools.add_reasoning(message, fields.text_of(block, "thinking"), seconds)
        case "tool_use":
            tools.add_call(
                message, fields.text_of(block, "id"), block.get("name"), block.get("input")
            )
        case "tool_result":
            text = tools.words_of(block.get("content"))
            failed = flag_at(block, "is_error")
            tools.add_result(message, fields.text_of(block, "tool_use_id"), text, failed=failed)
        case _ if words := fields.text_of(block, "text"):  # such as what was spoken
            tools.add_text(message, words)
        case kind:
            conversation.notes.append(f"A piece of the kind {str(kind)[:40]!r} was left out.")


def _add_files(
    message: ForeignMessage, value: JsonObject, conversation: ForeignConversation
) -> None:
    for attached in objects_at(value, "attachments"):
        name = fields.line_of(attached, "file_name", 200) or "a file"
        if text := fields.text_of(attached, "extracted_content"):
            tools.add_text(message, f"\n\nAttached: {name}\n\n{tools.fenced(text)}")
        else:
            conversation.notes.append(f"The file {name} is not in the export.")
    for attached in objects_at(value, "files"):
        name = fields.line_of(attached, "file_name", 200) or "a file"
        conversation.notes.append(f"The file {name} is not in the export.")


FORMAT = Format(
    "claude",
    "Claude",
    "Conversations with thinking, tool steps and attached text.",
    claims=claims,
    read_value=read_value,
)
