from collections.abc import Iterator

from chatstudio.base.json_types import (
    JsonObject,
    JsonValue,
    flag_at,
    list_at,
    object_at,
    objects_at,
)
from conversations.features.exchange import fields, tools
from conversations.features.exchange.formats.open_webui.read import tags_of
from conversations.features.exchange.parameters import out_of_words_of
from conversations.features.exchange.tree import with_system_prompt
from conversations.features.exchange.values import ForeignConversation, ForeignMessage, Refused
from routing.parameters import EFFORTS

NO_PARENT = "00000000-0000-0000-0000-000000000000"


def claims(value: JsonObject) -> bool:
    return "conversationId" in value and ("messages" in value or "messagesTree" in value)


def read_value(value: JsonObject) -> Iterator[ForeignConversation]:
    options = object_at(value, "options")
    found = value.get("messages", value.get("messagesTree"))
    if not isinstance(found, list):
        raise Refused("Its messages are no list.")
    conversation = ForeignConversation(
        fields.text_of(value, "conversationId"),
        title=fields.line_of(value, "title", 200),
        model_name=fields.line_of(options, "model", 255),
        is_archived=flag_at(value, "isArchived"),
        tags=tags_of(value) or tags_of(options),
        parameters=parameters_of(options),
        created_at=fields.moment_of(value, "createdAt"),
        updated_at=fields.moment_of(value, "updatedAt"),
    )
    conversation.messages = [
        _message(one, parent, number, conversation)
        for number, (one, parent) in enumerate(flatten(found), 1)
    ]
    prompt = fields.text_of(options, "promptPrefix") or fields.text_of(options, "system")
    with_system_prompt(conversation, prompt)
    yield conversation


def parameters_of(options: JsonObject) -> JsonObject:
    """How much a model thinks has a name of its own there."""
    effort = EFFORTS.get(fields.text_of(options, "reasoning_effort"))
    found = out_of_words_of("librechat", options)
    return found if effort is None else found | {"thinking": effort}


def flatten(found: list[JsonValue]) -> Iterator[tuple[JsonObject, str | None]]:
    """Every message with its parent's id; a child in a tree may leave out whose it is."""
    waiting: list[tuple[JsonValue, str | None]] = [(one, None) for one in reversed(found)]
    while waiting:
        value, above = waiting.pop()
        if not isinstance(value, dict):
            continue
        named = fields.text_of(value, "parentMessageId")
        yield value, above or (named if named != NO_PARENT else None) or None
        key = fields.text_of(value, "messageId") or None
        waiting += [(child, key) for child in reversed(list_at(value, "children"))]


def _message(
    value: JsonObject, parent: str | None, number: int, conversation: ForeignConversation
) -> ForeignMessage:
    is_user = value.get("isCreatedByUser")
    sender = fields.text_of(value, "sender").lower()
    role = "user" if is_user is True or (is_user is None and sender == "user") else "assistant"
    message = ForeignMessage(
        fields.text_of(value, "messageId") or f"message {number}",
        parent,
        "system" if sender == "system" else role,
        created_at=fields.moment_of(value, "createdAt"),
    )
    if message.role == "assistant":
        message.model_name = fields.line_of(value, "model", 255) or conversation.model_name
        is_whole = value.get("unfinished") is not True
        message.status = "complete" if is_whole else "stopped"
        if value.get("error") is True:
            message.status = "failed"
            conversation.notes.append("An answer had failed.")
    for block in objects_at(value, "content"):
        _add_block(message, block, conversation)
    if not message.parts:
        tools.add_text(message, fields.text_of(value, "text"))
    if found := len(list_at(value, "files")):
        conversation.notes.append(f"{found} attached files are not in the export.")
    return message


def _add_block(
    message: ForeignMessage, block: JsonObject, conversation: ForeignConversation
) -> None:
    kind = block.get("type")
    if kind == "text":
        tools.add_text(message, tools.words_of([block]))
    elif kind == "think":
        words = block.get("think")
        tools.add_reasoning(message, tools.words_of(words if isinstance(words, str) else [words]))
    elif kind == "tool_call":
        call = object_at(block, "tool_call")
        call = object_at(call, "function") | call
        made = tools.add_call(
            message,
            fields.text_of(call, "id"),
            call.get("name"),
            call.get("args", call.get("arguments")),
        )
        made.result = tools.words_of(call.get("output"))
    else:
        tools.note_left_out(conversation, fields.line_of(block, "type", 40))
