"""LM Studio's `….conversation.json`: messages with versions, each a single step or several. The
versions of a message become siblings; what came next follows the chosen one. Read only."""

from collections.abc import Iterator

from chatstudio.base.json_types import JsonObject, object_at, objects_at, text_at
from conversations.features.exchange import fields, tools
from conversations.features.exchange.contract import Format
from conversations.features.exchange.tree import with_system_prompt
from conversations.features.exchange.values import ForeignConversation, ForeignMessage, Refused


def claims(value: JsonObject) -> bool:
    return any("versions" in one for one in objects_at(value, "messages"))


def read_value(value: JsonObject) -> Iterator[ForeignConversation]:
    conversation = ForeignConversation(
        fields.key_of(value),
        title=fields.line_of(value, "name", 200),
        created_at=fields.moment_of(value, "createdAt"),
        updated_at=fields.moment_of(value, "userLastMessagedAt"),
        model_name=fields.line_of(object_at(value, "lastUsedModel"), "identifier", 255),
        is_pinned=value.get("pinned") is True,
    )
    above: str | None = None
    for number, one in enumerate(objects_at(value, "messages"), 1):
        above = _add_versions(one, number, above, conversation)
    conversation.head = above
    with_system_prompt(conversation, fields.text_of(value, "systemPrompt"))
    yield conversation


def _add_versions(
    value: JsonObject, number: int, above: str | None, conversation: ForeignConversation
) -> str | None:
    """The key of the version that is shown."""
    versions = objects_at(value, "versions")
    if not versions:
        raise Refused(f"Its message {number} has no versions.")
    chosen = min(fields.count_of(value, "currentlySelected") or 0, len(versions) - 1)
    for place, version in enumerate(versions):
        message = ForeignMessage(f"{number}.{place}", above, tools.role_of(version))
        if message.role == "assistant":
            sender = fields.line_of(object_at(version, "senderInfo"), "senderName", 255)
            message.model_name = sender or conversation.model_name
        steps = objects_at(version, "steps") or [version]
        for step in steps:
            _add_step(message, step, conversation)
        conversation.messages.append(message)
    return f"{number}.{chosen}"


def _add_step(message: ForeignMessage, step: JsonObject, conversation: ForeignConversation) -> None:
    if text_at(step, "type") not in ("contentBlock", "singleStep", ""):
        return  # how the program came to it, such as debugInfoBlock
    if text_at(object_at(step, "style"), "type") == "thinking":
        tools.add_reasoning(message, tools.words_of(step.get("content")))
        return
    for block in objects_at(step, "content"):
        match text_at(block, "type"):
            case "toolCallRequest":
                tools.add_call(
                    message,
                    fields.text_of(block, "callId") or fields.text_of(block, "toolCallRequestId"),
                    block.get("name"),
                    block.get("parameters"),
                )
            case "toolCallResult":
                result = tools.words_of(block.get("content"))
                tools.add_result(message, fields.text_of(block, "toolCallId"), result)
            case "file":
                tools.note_files(conversation, [fields.line_of(block, "fileIdentifier", 200)])
            case _:
                tools.add_blocks(message, [block], conversation)


FORMAT = Format(
    "lm-studio",
    "LM Studio",
    "A conversation with all versions, thoughts and tool steps; its messages have no times.",
    claims=claims,
    read_value=read_value,
)
