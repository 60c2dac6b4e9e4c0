"""LobeChat's export: lists of messages, topics and sessions beside each other, as its browser's or
its server's database has them. Messages of a session outside of any topic are one conversation.
Read only."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from chatstudio.base.json_types import JsonObject, object_at, objects_at
from conversations.features.exchange import fields, tools
from conversations.features.exchange.contract import Format
from conversations.features.exchange.tree import in_a_row, with_system_prompt
from conversations.features.exchange.values import ForeignConversation, ForeignMessage


def claims(value: JsonObject) -> bool:
    return bool(_tables(value))


def _tables(value: JsonObject) -> JsonObject:
    for name in ("state", "data"):
        tables = object_at(value, name)
        if "messages" in tables and ("sessions" in tables or "topics" in tables):
            return tables
    return {}


def read_value(value: JsonObject) -> Iterator[ForeignConversation]:
    tables = _tables(value)
    topics = {fields.text_of(one, "id"): one for one in objects_at(tables, "topics")}
    sessions = {fields.text_of(one, "id"): one for one in objects_at(tables, "sessions")}
    groups: defaultdict[tuple[str, str], list[JsonObject]] = defaultdict(list)
    for one in objects_at(tables, "messages"):
        groups[_session_of(one), fields.text_of(one, "topicId")].append(one)
    for (session_id, topic_id), messages in groups.items():
        session = sessions.get(session_id, {})
        yield _conversation(session_id, topic_id, session, topics.get(topic_id, {}), messages)


def _session_of(message: JsonObject) -> str:
    return fields.text_of(message, "sessionId") or fields.text_of(message, "agentId")


def _conversation(
    session_id: str,
    topic_id: str,
    session: JsonObject,
    topic: JsonObject,
    messages: list[JsonObject],
) -> ForeignConversation:
    about = object_at(session, "meta") or session
    config = object_at(session, "config")
    conversation = ForeignConversation(
        "/".join(filter(None, (session_id, topic_id))) or "inbox",
        title=fields.line_of(topic, "title", 200) or fields.line_of(about, "title", 200),
        created_at=fields.moment_of(topic, "createdAt"),
        updated_at=fields.moment_of(topic, "updatedAt"),
        model_name=fields.line_of(config, "model", 255),
        is_pinned=topic.get("favorite") in (True, 1),
    )
    messages.sort(key=_time_of)
    conversation.messages = [
        _message(one, number, conversation) for number, one in enumerate(messages, 1)
    ]
    keys = {message.key for message in conversation.messages}
    if any(message.parent in keys for message in conversation.messages):
        _attach(conversation.messages, keys)
    else:
        in_a_row(conversation.messages)
    conversation.messages = tools.fold_results(conversation.messages)
    with_system_prompt(conversation, fields.text_of(config, "systemRole"))
    return conversation


def _time_of(message: Mapping[str, object]) -> float:
    moment = fields.moment_of(message, "createdAt")
    return moment.timestamp() if moment else 0.0


def _attach(messages: list[ForeignMessage], keys: set[str]) -> None:
    """One that does not say whom it follows follows the one before it."""
    before: str | None = None
    for message in messages:
        if message.parent not in keys:
            message.parent = before
        before = message.key


def _message(value: JsonObject, number: int, conversation: ForeignConversation) -> ForeignMessage:
    message = ForeignMessage(
        fields.text_of(value, "id") or f"message {number}",
        fields.text_of(value, "parentId") or None,
        tools.role_of(value),
        created_at=fields.moment_of(value, "createdAt"),
        status="failed" if value.get("error") else "complete",
    )
    if call_id := fields.text_of(value, "tool_call_id"):
        message.metadata["call_id"] = call_id
    if message.role == "assistant":
        own = fields.line_of(value, "model", 255)
        message.model_name = own or conversation.model_name
        thoughts = object_at(value, "reasoning")
        milliseconds = fields.count_of(thoughts, "duration")
        seconds = None if milliseconds is None else milliseconds / 1000
        tools.add_reasoning(message, fields.text_of(thoughts, "content"), seconds)
    tools.add_blocks(message, value.get("content"), conversation)
    for call in objects_at(value, "tools"):
        name = fields.line_of(call, "apiName", 128) or call.get("name")
        tools.add_call(message, fields.text_of(call, "id"), name, call.get("arguments"))
    if error := fields.line_of(object_at(value, "error"), "message", 300):
        conversation.notes.append(f"An answer had failed: {error}")
    for name in ("files", "imageList", "fileList"):
        tools.note_files(conversation, [_name_of(one) for one in objects_at(value, name)])
    return message


def _name_of(file: JsonObject) -> str:
    return fields.line_of(file, "name", 200) or fields.line_of(file, "alt", 200)


FORMAT = Format(
    "lobechat",
    "LobeChat",
    "Conversations of all sessions and topics, with times, models and thoughts.",
    claims=claims,
    read_value=read_value,
)
