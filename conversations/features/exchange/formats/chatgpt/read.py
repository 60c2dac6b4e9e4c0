"""Nodes to messages: what belongs to one answer becomes one message, in order.

Links to children may be missing, so only `parent` counts; metadata may be missing anywhere, so the
model is the node's, else the conversation's.
"""

from collections import Counter
from collections.abc import Iterator

from chatstudio.base.json_types import JsonObject, flag_at, list_at, object_at
from chatstudio.base.words import count_of
from conversations.features.exchange import fields
from conversations.features.exchange.formats.chatgpt.content import add_content
from conversations.features.exchange.tree import parents_first
from conversations.features.exchange.values import ForeignConversation, ForeignMessage, Refused

ROLES = ("user", "assistant", "system", "tool")


def claims(value: JsonObject) -> bool:
    return "mapping" in value or "current_node" in value


def read_value(value: JsonObject) -> Iterator[ForeignConversation]:
    mapping = value.get("mapping")
    if not isinstance(mapping, dict) or not mapping:
        raise Refused("Its messages are missing: there is no mapping in it.")
    conversation = ForeignConversation(
        fields.text_of(value, "conversation_id") or fields.text_of(value, "id"),
        title=fields.line_of(value, "title", 200),
        created_at=fields.moment_of(value, "create_time"),
        updated_at=fields.moment_of(value, "update_time"),
        model_name=fields.line_of(value, "default_model_slug", 255),
        is_archived=flag_at(value, "is_archived"),
        is_pinned=flag_at(value, "is_starred") or flag_at(value, "is_pinned"),
    )
    Nodes(mapping, conversation).read(fields.text_of(value, "current_node"))
    yield conversation


class Nodes:
    """`message_of` says for each node which message it became part of, or, where it holds nothing,
    which one it follows."""

    def __init__(self, mapping: JsonObject, conversation: ForeignConversation) -> None:
        self.nodes = {key: node for key, node in mapping.items() if isinstance(node, dict)}
        self.conversation = conversation
        self.parents = self._parents()
        self.followers = Counter(self.parents.values())
        self.message_of: dict[str, ForeignMessage | None] = {}
        self.ended: set[str] = set()
        self.strangers = 0

    def _parents(self) -> dict[str, str | None]:
        named = {key: fields.text_of(node, "parent") or None for key, node in self.nodes.items()}
        for key, node in self.nodes.items():
            for child in list_at(node, "children"):
                if isinstance(child, str) and child in named and named[child] is None:
                    named[child] = key if child != key else None
        return named

    def read(self, current: str) -> None:
        for key in parents_first(self.parents):
            self._read_node(key)
        self.conversation.messages = [m for m in self._unique() if m.parts]
        if self.strangers and not self.conversation.messages:
            raise Refused("None of its messages has the shape that ChatGPT's have.")
        if self.strangers:
            many = count_of(self.strangers, "message")
            self.conversation.notes.append(f"Left out: {many} of a shape that is not known.")
        self._bridge()
        if head := self.message_of.get(current):
            self.conversation.head = head.key if head.parts else head.parent

    def _read_node(self, key: str) -> None:
        before = self.message_of.get(self.parents[key] or "")
        value = object_at(self.nodes[key], "message")
        role = fields.text_of(object_at(value, "author"), "role")
        if role not in ROLES:
            self.strangers += bool(value)
            self.message_of[key] = before
            if self.parents[key] in self.ended:
                self.ended.add(key)
            return
        if role in ("assistant", "tool") and self._goes_on(key, before, value):
            message = before
        else:
            message = self._new(key, role, before, value)
        assert message is not None  # noqa: S101  one of the two
        add_content(message, value, self.conversation)
        if not message.model_name and role == "assistant":
            message.model_name = self._model(value)
        self.message_of[key] = message
        if value.get("end_turn") is True:
            self.ended.add(key)

    def _goes_on(self, key: str, before: ForeignMessage | None, value: JsonObject) -> bool:
        """Whether this is a further piece of the answer before it, and of no other branch."""
        parent = self.parents[key]
        return (
            before is not None
            and before.role == "assistant"
            and before.is_hidden == is_hidden(value)
            and self.followers[parent] == 1
            and parent not in self.ended
        )

    def _new(
        self, key: str, role: str, before: ForeignMessage | None, value: JsonObject
    ) -> ForeignMessage:
        message = ForeignMessage(
            key,
            before.key if before else None,
            "assistant" if role == "tool" else role,
            created_at=fields.moment_of(value, "create_time"),
            model_name=self._model(value) if role == "assistant" else "",
        )
        if is_hidden(value):
            message.metadata["hidden"] = True
        return message

    def _model(self, value: JsonObject) -> str:
        own = fields.line_of(object_at(value, "metadata"), "model_slug", 255)
        return own or self.conversation.model_name

    def _unique(self) -> list[ForeignMessage]:
        found = {m.key: m for m in self.message_of.values() if m is not None}
        return list(found.values())

    def _bridge(self) -> None:
        """Messages that turned out empty are left out; what followed them follows their parent."""
        kept = {message.key for message in self.conversation.messages}
        every = {message.key: message for message in self._unique()}
        for message in every.values():  # parents come first, so one step is enough
            parent = every.get(message.parent or "")
            if parent is not None and parent.key not in kept:
                message.parent = parent.parent


def is_hidden(value: JsonObject) -> bool:
    """Marked so, or of a kind that is never shown: what a person told about themselves, and the
    instructions that the product itself adds."""
    metadata = object_at(value, "metadata")
    kind = object_at(value, "content").get("content_type")
    return (
        metadata.get("is_visually_hidden_from_conversation") is True
        or metadata.get("is_user_system_message") is True
        or value.get("weight") == 0
        or kind in ("user_editable_context", "model_editable_context")
    )
