"""Jan's `messages.jsonl`: a message a line, which are put together by their thread. Read only."""

from collections.abc import Iterator

from chatstudio.base.json_types import JsonObject, object_at, objects_at
from conversations.features.exchange import fields, tools
from conversations.features.exchange.contract import Format
from conversations.features.exchange.tree import in_a_row
from conversations.features.exchange.values import ForeignConversation, ForeignMessage


def group_of(value: JsonObject) -> str:
    return fields.text_of(value, "thread_id")


def claims(value: JsonObject) -> bool:
    return value.get("object") == "thread.message" and bool(group_of(value))


def read_value(value: JsonObject) -> Iterator[ForeignConversation]:
    found = objects_at(value, "values")
    conversation = ForeignConversation(
        group_of(found[0]),
        created_at=fields.moment_of(found[0], "created_at"),
        notes=["Its title stands in another file, so it is named by its first message."],
    )
    conversation.messages = in_a_row(
        [_message(one, number, conversation) for number, one in enumerate(found, 1)]
    )
    answers = [message.model_name for message in conversation.messages if message.model_name]
    conversation.model_name = answers[-1] if answers else ""
    conversation.updated_at = conversation.messages[-1].created_at
    yield conversation


def _message(value: JsonObject, number: int, conversation: ForeignConversation) -> ForeignMessage:
    message = ForeignMessage(
        fields.text_of(value, "id") or f"message {number}",
        None,
        tools.role_of(value),
        created_at=fields.moment_of(value, "created_at"),
        status="failed" if value.get("status") == "error" else "complete",
    )
    if message.role == "assistant":
        assistant = object_at(object_at(value, "metadata"), "assistant")
        model = object_at(assistant, "model")
        message.model_name = fields.line_of(model, "id", 255)
    for block in objects_at(value, "content"):
        if block.get("type") == "reasoning":
            tools.add_reasoning(message, tools.words_of([block]))
        else:
            tools.add_blocks(message, [block], conversation)
    for step in objects_at(object_at(value, "metadata"), "tool_calls"):
        tool = object_at(step, "tool")
        tools.add_function_calls(message, [tool])
        result = tools.words_of(object_at(step, "response").get("content"))
        tools.add_result(message, fields.text_of(tool, "id"), result)
    return message


FORMAT = Format(
    "jan",
    "Jan",
    "The messages of its threads, with times and thoughts; titles stand in other files.",
    claims=claims,
    read_value=read_value,
    group_of=group_of,
)
