"""ShareGPT's shape, in which conversations are passed on to train models with. Read only."""

from collections.abc import Iterator

from chatstudio.base.json_types import JsonObject, objects_at
from conversations.features.exchange import fields, tools
from conversations.features.exchange.contract import Format
from conversations.features.exchange.tree import in_a_row, with_system_prompt
from conversations.features.exchange.values import ForeignConversation, ForeignMessage


def claims(value: JsonObject) -> bool:
    return any("from" in one and "value" in one for one in objects_at(value, "conversations"))


def read_value(value: JsonObject) -> Iterator[ForeignConversation]:
    conversation = ForeignConversation(
        fields.text_of(value, "id") or fields.key_of(value),
        title=fields.line_of(value, "title", 200),
        model_name=fields.line_of(value, "model", 255),
        notes=["The file has no times: it stands where it was imported."],
    )
    found = enumerate(objects_at(value, "conversations"), 1)
    rows = in_a_row([_message(one, n, conversation) for n, one in found])
    conversation.messages = tools.fold_results(rows)
    with_system_prompt(conversation, fields.text_of(value, "system"))
    yield conversation


def _message(value: JsonObject, number: int, conversation: ForeignConversation) -> ForeignMessage:
    message = ForeignMessage(f"message {number}", None, tools.role_of(value, "from"))
    if message.role == "assistant":
        message.model_name = conversation.model_name
    tools.add_blocks(message, value.get("value"), conversation)
    return message


FORMAT = Format(
    "sharegpt",
    "ShareGPT",
    "Questions and answers in a row; the file has no times.",
    claims=claims,
    read_value=read_value,
)
