"""OpenAI's fine-tuning lines: the branch that is shown, questions and answers alone. Also what many
programs write of a single conversation: its messages as OpenAI's servers take them."""

from collections.abc import Iterable, Iterator

from chatstudio.base.json_types import JsonObject, list_at, object_at, objects_at
from conversations.features.exchange import fields, tools
from conversations.features.exchange.contract import Format
from conversations.features.exchange.jsonl import lines
from conversations.features.exchange.tree import in_a_row, system_prompt_of
from conversations.features.exchange.values import ForeignConversation, ForeignMessage


def claims(value: JsonObject) -> bool:
    found = objects_at(value, "messages")
    return bool(found) and all("role" in one for one in found)


def read_value(value: JsonObject) -> Iterator[ForeignConversation]:
    conversation = ForeignConversation(
        fields.text_of(value, "id") or fields.key_of(value),
        title=fields.line_of(value, "title", 200) or fields.line_of(value, "name", 200),
        model_name=fields.line_of(value, "model", 255),
        notes=["The file has no times: it stands where it was imported."],
    )
    found = enumerate(objects_at(value, "messages"), 1)
    rows = in_a_row([message_of(one, number, conversation) for number, one in found])
    conversation.messages = tools.fold_results(rows)
    yield conversation


def message_of(value: JsonObject, number: int, conversation: ForeignConversation) -> ForeignMessage:
    message = ForeignMessage(f"message {number}", None, tools.role_of(value))
    if call_id := fields.text_of(value, "tool_call_id"):
        message.metadata["call_id"] = call_id
    if message.role == "assistant":
        message.model_name = conversation.model_name
        for name in ("reasoning_content", "reasoning", "thinking"):
            tools.add_reasoning(message, fields.text_of(value, name))
    tools.add_blocks(message, value.get("content"), conversation)
    for _ in list_at(value, "images"):
        tools.note_left_out(conversation, "image")
    tools.add_function_calls(message, objects_at(value, "tool_calls"))
    if call := object_at(value, "function_call"):  # as it was before there were several
        tools.add_function_calls(message, [{"function": call}])
    return message


def write(conversations: Iterable[ForeignConversation]) -> Iterator[bytes]:
    every = (_messages(one) for one in conversations)
    return lines({"messages": one} for one in every if one)


def _messages(conversation: ForeignConversation) -> list[dict[str, str]]:
    """None where there is nothing to learn, which is from an answer that comes last."""
    said = [
        {"role": message.role, "content": message.text}
        for message in conversation.branch()
        if message.role in ("user", "assistant") and message.text.strip() and not message.is_hidden
    ]
    while said and said[-1]["role"] != "assistant":
        said.pop()
    prompt = system_prompt_of(conversation)
    system = [{"role": "system", "content": prompt}] if prompt else []
    return [*system, *said] if said else []


FORMAT = Format(
    "fine-tuning",
    "OpenAI fine-tuning (JSON Lines)",
    "Questions and answers of the branch that is shown, to train a model with.",
    extension="jsonl",
    content_type="application/jsonl",
    claims=claims,
    read_value=read_value,
    write=write,
)
