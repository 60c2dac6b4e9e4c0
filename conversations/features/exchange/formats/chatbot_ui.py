"""ChatbotUI v1: everything in one object, without ids, times and branches. Read only."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from conversations.features.exchange import fields, tools
from conversations.features.exchange.contract import Format
from conversations.features.exchange.parameters import out_of_words_of
from conversations.features.exchange.tree import in_a_row, with_system_prompt
from conversations.features.exchange.values import ForeignConversation, ForeignMessage


def claims(value: dict[str, Any]) -> bool:
    return "version" in value and isinstance(value.get("history"), list)


def read_value(value: dict[str, Any]) -> Iterator[ForeignConversation]:
    folders = {
        one.get("id"): fields.line_of(one, "name", 60) for one in fields.dicts_of(value, "folders")
    }
    for one in fields.dicts_of(value, "history"):
        yield _conversation(one, folders)


def _conversation(value: dict[str, Any], folders: dict[Any, str]) -> ForeignConversation:
    key = fields.text_of(value, "id") or _made_up(value)
    model = fields.dict_of(value, "model")
    conversation = ForeignConversation(
        key,
        title=fields.line_of(value, "name", 200),
        model_name=fields.line_of(model, "id", 255),
        parameters=out_of_words_of("chatbot-ui", value),
        notes=["The file has no times: it stands where it was imported."],
    )
    folder = value.get("folderId")
    if isinstance(folder, str) and folders.get(folder):
        conversation.tags = [folders[folder]]
    found = enumerate(fields.dicts_of(value, "messages"), 1)
    conversation.messages = in_a_row([_message(one, n, conversation) for n, one in found])
    with_system_prompt(conversation, fields.text_of(value, "prompt"))
    return conversation


def _made_up(value: dict[str, Any]) -> str:
    data = json.dumps(value, sort_keys=True).encode()
    return hashlib.sha256(data).hexdigest()


def _message(
    value: dict[str, Any], number: int, conversation: ForeignConversation
) -> ForeignMessage:
    role = fields.text_of(value, "role")
    message = ForeignMessage(
        f"message {number}", None, role if role in ("user", "assistant", "system") else "assistant"
    )
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
