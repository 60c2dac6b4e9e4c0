"""ShareGPT's shape, in which conversations are passed on to train models with. Read only."""

import json
from collections.abc import Iterator

from chatstudio.base.json_types import JsonObject, objects_at
from conversations.features.exchange import fields, tools
from conversations.features.exchange.contract import Format
from conversations.features.exchange.tree import in_a_row, with_system_prompt
from conversations.features.exchange.values import ForeignConversation, ForeignMessage

# What those who pass such files on call the same things.
LISTS = ("conversations", "conversation", "items")
WHO = ("from", "role", "user")
WORDS = ("value", "content", "text")
PAIR = ("human", "assistant")
CALLS = ("function_call", "tool_call")


def claims(value: JsonObject) -> bool:
    return any(_is_message(one) or _is_pair(one) for one in _rows(value))


def _rows(value: JsonObject) -> list[JsonObject]:
    return next((found for name in LISTS if (found := objects_at(value, name))), [])


def _is_message(one: JsonObject) -> bool:
    return bool(_name_in(one, WHO) and _name_in(one, WORDS))


def _is_pair(one: JsonObject) -> bool:
    return all(isinstance(one.get(name), str) for name in PAIR)


def _name_in(one: JsonObject, names: tuple[str, ...]) -> str:
    return next((name for name in names if name in one), "")


def read_value(value: JsonObject) -> Iterator[ForeignConversation]:
    conversation = ForeignConversation(
        fields.text_of(value, "id") or fields.key_of(value),
        title=fields.line_of(value, "title", 200),
        model_name=fields.line_of(value, "model", 255),
        notes=["The file has no times: it stands where it was imported."],
    )
    found = enumerate((one for row in _rows(value) for one in _apart(row)), 1)
    rows = in_a_row([_message(one, n, conversation) for n, one in found])
    conversation.messages = tools.fold_results(rows)
    with_system_prompt(conversation, fields.text_of(value, "system"))
    yield conversation


def _apart(row: JsonObject) -> list[JsonObject]:
    if _is_message(row) or not _is_pair(row):
        return [row]
    return [{"from": name, "value": row[name]} for name in PAIR]


def _message(value: JsonObject, number: int, conversation: ForeignConversation) -> ForeignMessage:
    who = _name_in(value, WHO)
    message = ForeignMessage(f"message {number}", None, tools.role_of(value, who))
    if message.role == "assistant":
        message.model_name = conversation.model_name
    words = value.get(_name_in(value, WORDS))
    if fields.text_of(value, who) in CALLS and (call := _call_of(words)):
        tools.add_call(message, "", call.get("name"), call.get("arguments"))
    else:
        tools.add_blocks(message, words, conversation)
    return message


def _call_of(words: object) -> JsonObject:
    try:
        found = json.loads(words) if isinstance(words, str) else words
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) and "name" in found else {}


FORMAT = Format(
    "sharegpt",
    "ShareGPT",
    "Questions and answers in a row; the file has no times.",
    claims=claims,
    read_value=read_value,
)
