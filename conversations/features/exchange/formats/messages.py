"""Messages as OpenAI's servers take them that stand by themselves, as a list or a line each: what
many programs write of a single conversation. Read only."""

from collections.abc import Iterator

from chatstudio.base.json_types import JsonObject, objects_at
from conversations.features.exchange import fields, tools
from conversations.features.exchange.contract import Format
from conversations.features.exchange.formats.fine_tuning import message_of
from conversations.features.exchange.tree import in_a_row
from conversations.features.exchange.values import ForeignConversation


def claims(value: JsonObject) -> bool:
    return isinstance(value.get("role"), str) and ("content" in value or "tool_calls" in value)


def group_of(value: JsonObject) -> str:
    """Without anything that tells conversations apart, they are one."""
    return ""


def read_value(value: JsonObject) -> Iterator[ForeignConversation]:
    conversation = ForeignConversation(
        fields.key_of(value),
        notes=["The file has no times: it stands where it was imported."],
    )
    found = enumerate(objects_at(value, "values"), 1)
    rows = in_a_row([message_of(one, number, conversation) for number, one in found])
    conversation.messages = tools.fold_results(rows)
    yield conversation


FORMAT = Format(
    "messages",
    "Messages (JSON)",
    "Questions and answers of one conversation in a row, as OpenAI's servers take them.",
    claims=claims,
    read_value=read_value,
    group_of=group_of,
)
