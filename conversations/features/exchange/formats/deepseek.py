"""DeepSeek's export: a tree of nodes as ChatGPT's, whose messages are fragments. Read only."""

from collections.abc import Iterator

from chatstudio.base.json_types import JsonObject, object_at, objects_at
from conversations.features.exchange import fields, tools
from conversations.features.exchange.contract import Format
from conversations.features.exchange.tree import nearest_of, parents_first
from conversations.features.exchange.values import ForeignConversation, ForeignMessage, Refused

SEARCHES = ("SEARCH", "TOOL_SEARCH", "WEB_SEARCH")


def claims(value: JsonObject) -> bool:
    return "mapping" in value and "inserted_at" in value


def read_value(value: JsonObject) -> Iterator[ForeignConversation]:
    nodes = {
        key: node for key, node in object_at(value, "mapping").items() if isinstance(node, dict)
    }
    if not nodes:
        raise Refused("Its messages are missing: there is no mapping in it.")
    conversation = ForeignConversation(
        fields.text_of(value, "id"),
        title=fields.line_of(value, "title", 200),
        created_at=fields.moment_of(value, "inserted_at"),
        updated_at=fields.moment_of(value, "updated_at"),
        is_pinned=value.get("pinned") is True,
    )
    parents = {key: fields.text_of(node, "parent") or None for key, node in nodes.items()}
    read = {key: _message(key, nodes[key], conversation) for key in parents_first(parents)}
    kept = {key: message for key, message in read.items() if message is not None}
    for key, message in kept.items():
        message.parent = nearest_of(parents[key], parents, kept)
        if not message.role:  # the oldest name nobody: question and answer take turns
            above = kept[message.parent].role if message.parent else ""
            message.role = "assistant" if above == "user" else "user"
        if message.role != "assistant":
            message.model_name = ""
    conversation.messages = list(kept.values())
    answers = [message for message in conversation.messages if message.model_name]
    conversation.model_name = answers[-1].model_name if answers else ""
    yield conversation


def _message(
    key: str, node: JsonObject, conversation: ForeignConversation
) -> ForeignMessage | None:
    """None for a node without a message, such as the root."""
    value = object_at(node, "message")
    if not value:
        return None
    message = ForeignMessage(
        key, None, "assistant", created_at=fields.moment_of(value, "inserted_at")
    )
    for fragment in objects_at(value, "fragments"):
        _add_fragment(message, fragment, conversation)
    if not message.parts:  # as older exports have it
        message.role = tools.role_of(value) if "role" in value else ""
        for name in ("thinking_content", "reasoning_content"):
            tools.add_reasoning(message, fields.text_of(value, name))
        tools.add_text(message, fields.text_of(value, "content"))
    message.model_name = fields.line_of(value, "model", 255)
    names = [fields.line_of(one, "file_name", 200) for one in objects_at(value, "files")]
    tools.note_files(conversation, names)
    if not message.parts and value.get("fragments"):
        conversation.notes.append("A message without words that could be read was left out.")
    return message if message.parts else None


def _add_fragment(
    message: ForeignMessage, fragment: JsonObject, conversation: ForeignConversation
) -> None:
    kind, words = fields.text_of(fragment, "type").upper(), fields.text_of(fragment, "content")
    match kind:
        case "REQUEST":
            message.role = "user"
            tools.add_text(message, words)
        case "RESPONSE" | "TEMPLATE_RESPONSE":
            tools.add_text(message, words)
        case "THINK":
            tools.add_reasoning(message, words, fields.count_of(fragment, "elapsed_secs"))
        case _ if kind in SEARCHES:
            tools.add_citations(message, objects_at(fragment, "results"))
        case _ if words:
            tools.add_text(message, words)
        case _:
            tools.note_left_out(conversation, kind)


FORMAT = Format(
    "deepseek",
    "DeepSeek",
    "Conversations with their branches, thoughts and sources.",
    claims=claims,
    read_value=read_value,
)
