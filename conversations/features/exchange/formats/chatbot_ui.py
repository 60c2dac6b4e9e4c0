"""ChatbotUI v1: everything in one object, without ids, times and branches. Read only."""

from collections.abc import Iterator

from chatstudio.base.json_types import JsonObject, object_at, objects_at
from conversations.features.exchange import fields, tools
from conversations.features.exchange.contract import Format
from conversations.features.exchange.parameters import out_of_words_of
from conversations.features.exchange.tree import in_a_row, with_system_prompt
from conversations.features.exchange.values import ForeignConversation, ForeignMessage


def claims(value: JsonObject) -> bool:
    return "version" in value and isinstance(value.get("history"), list)


def read_value(value: JsonObject) -> Iterator[ForeignConversation]:
    folders = {
        fields.text_of(one, "id"): fields.line_of(one, "name", 60)
        for one in objects_at(value, "folders")
        if one.get("id")
    }
    for one in objects_at(value, "history"):
        yield _conversation(one, folders)


def _conversation(value: JsonObject, folders: dict[str, str]) -> ForeignConversation:
    key = fields.text_of(value, "id") or fields.key_of(value)
    model = object_at(value, "model")
    conversation = ForeignConversation(
        key,
        title=fields.line_of(value, "name", 200),
        model_name=fields.line_of(model, "id", 255),
        parameters=out_of_words_of("chatbot-ui", value),
        notes=["The file has no times: it stands where it was imported."],
    )
    if folder := folders.get(fields.text_of(value, "folderId")):
        conversation.tags = [folder]
    found = enumerate(objects_at(value, "messages"), 1)
    conversation.messages = in_a_row([_message(one, n, conversation) for n, one in found])
    with_system_prompt(conversation, fields.text_of(value, "prompt"))
    return conversation


def _message(value: JsonObject, number: int, conversation: ForeignConversation) -> ForeignMessage:
    message = ForeignMessage(f"message {number}", None, tools.role_of(value))
    if message.role == "assistant":
        message.model_name = conversation.model_name
    tools.add_text(message, tools.words_of(value.get("content")))
    return message


FORMAT = Format(
    "chatbot-ui",
    "ChatbotUI",
    "Conversations with their models and folders; the file has no times.",
    claims=claims,
    read_value=read_value,
)
