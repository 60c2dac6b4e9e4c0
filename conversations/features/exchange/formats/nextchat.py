"""NextChat's backup: its store as it lies in the browser, with all sessions. Read only."""

from collections.abc import Iterator

from chatstudio.base.json_types import JsonObject, object_at, objects_at
from conversations.features.exchange import fields, tools
from conversations.features.exchange.contract import Format
from conversations.features.exchange.parameters import out_of_words_of
from conversations.features.exchange.tree import in_a_row, with_system_prompt
from conversations.features.exchange.values import ForeignConversation, ForeignMessage

STORE = "chat-next-web-store"


def claims(value: JsonObject) -> bool:
    return STORE in value or ("topic" in value and "messages" in value)


def read_value(value: JsonObject) -> Iterator[ForeignConversation]:
    sessions = objects_at(object_at(value, STORE), "sessions") if STORE in value else [value]
    yield from map(_conversation, sessions)


def _conversation(value: JsonObject) -> ForeignConversation:
    mask = object_at(value, "mask")
    config = object_at(mask, "modelConfig")
    conversation = ForeignConversation(
        fields.text_of(value, "id") or fields.key_of(value),
        title=fields.line_of(value, "topic", 200),
        updated_at=fields.moment_of(value, "lastUpdate"),
        model_name=fields.line_of(config, "model", 255),
        parameters=out_of_words_of("nextchat", config),
    )
    found = [*objects_at(mask, "context"), *objects_at(value, "messages")]
    conversation.messages = in_a_row(
        [_message(one, number, conversation) for number, one in enumerate(found, 1)]
    )
    if summary := fields.text_of(value, "memoryPrompt"):
        with_system_prompt(conversation, f"A summary of what was said earlier:\n\n{summary}")
    return conversation


def _message(value: JsonObject, number: int, conversation: ForeignConversation) -> ForeignMessage:
    message = ForeignMessage(
        f"message {number}",
        None,
        tools.role_of(value),
        created_at=fields.moment_of(value, "date"),
        status="failed" if value.get("isError") is True else "complete",
    )
    if message.role == "assistant":
        message.model_name = fields.line_of(value, "model", 255) or conversation.model_name
    for call in objects_at(value, "tools"):
        tools.add_function_calls(message, [call])
        tools.add_result(message, fields.text_of(call, "id"), tools.words_of(call.get("content")))
    tools.add_blocks(message, value.get("content"), conversation)
    return message


FORMAT = Format(
    "nextchat",
    "NextChat",
    "Conversations with times, models and the words of their masks.",
    claims=claims,
    read_value=read_value,
)
