"""Messages to nodes: an answer with thoughts and tool steps becomes several in a row."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NotRequired, TypedDict

from chatstudio.base.json_types import Readable
from conversations.features.exchange.jsonl import array
from conversations.features.exchange.tree import system_prompt_of, with_system_prompt
from conversations.features.exchange.values import ForeignConversation, ForeignMessage, ForeignPart


def write(conversations: Iterable[ForeignConversation]) -> Iterator[bytes]:
    return array(_conversation(one) for one in conversations)


def _conversation(conversation: ForeignConversation) -> dict[str, object]:
    with_system_prompt(conversation, conversation.system_prompt and system_prompt_of(conversation))
    tree = _Tree()
    for message in conversation.messages:
        tree.add(message)
    return {
        "id": conversation.source_id,
        "conversation_id": conversation.source_id,
        "title": conversation.title,
        "create_time": _seconds(conversation.created_at),
        "update_time": _seconds(conversation.updated_at),
        "mapping": tree.nodes,
        "current_node": tree.last_of.get(conversation.head or "", tree.ROOT),
        "default_model_slug": conversation.model_name or None,
        "is_archived": conversation.is_archived,
        "is_starred": conversation.is_pinned,
        "gizmo_id": None,
    }


class Node(TypedDict):
    id: str
    message: dict[str, object] | None
    parent: str | None
    children: list[str]


class Piece(TypedDict):
    """What makes the nodes of a message differ: who says it to whom, and the content."""

    content: Readable
    author: NotRequired[dict[str, object]]
    recipient: NotRequired[str]
    metadata: NotRequired[Readable]


class _Tree:
    ROOT = "client-created-root"

    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}
        self.last_of: dict[str, str] = {}
        self._node(self.ROOT, None, None)

    def _node(self, key: str, parent: str | None, message: dict[str, object] | None) -> None:
        self.nodes[key] = {"id": key, "message": message, "parent": parent, "children": []}
        if parent is not None:
            self.nodes[parent]["children"].append(key)

    def add(self, message: ForeignMessage) -> None:
        parent = self.last_of[message.parent] if message.parent else self.ROOT
        pieces = list(_pieces(message))
        for number, piece in enumerate(pieces):
            key = message.key if number == 0 else f"{message.key}-{number}"
            self._node(key, parent, _node_message(key, message, piece, number == len(pieces) - 1))
            parent = key
        self.last_of[message.key] = parent


def _pieces(message: ForeignMessage) -> Iterator[Piece]:
    for part in message.parts or [ForeignPart("text")]:
        match part.kind:
            case "reasoning":
                thought = {"summary": "", "content": part.content}
                seconds = part.duration_ms and part.duration_ms / 1000
                yield {
                    "content": {"content_type": "thoughts", "thoughts": [thought]},
                    "metadata": {"finished_duration_sec": seconds} if seconds else {},
                }
            case "tool_call":
                yield from _call(part)
            case _:
                yield {"content": {"content_type": "text", "parts": [part.content]}}


def _call(part: ForeignPart) -> Iterator[Piece]:
    call = part.tool_call
    if call is None:
        return
    text = json.dumps(call.arguments, ensure_ascii=False)
    content = {"content_type": "code", "language": "json", "text": text}
    yield {"content": content, "recipient": call.name}
    result = {"content_type": "execution_output", "text": call.result or call.error}
    yield {"content": result, "author": {"role": "tool", "name": call.name, "metadata": {}}}


def _node_message(
    key: str, message: ForeignMessage, piece: Piece, is_last: bool
) -> dict[str, object]:
    metadata = dict(piece.get("metadata", {}))
    if message.model_name:
        metadata["model_slug"] = message.model_name
    if message.is_hidden:
        metadata["is_visually_hidden_from_conversation"] = True
    if is_last and message.citations:
        metadata["citations"] = [{"metadata": dict(one)} for one in message.citations]
    author: dict[str, object] = {"role": message.role, "name": None, "metadata": {}}
    return {
        "id": key,
        "author": piece.get("author", author),
        "create_time": _seconds(message.created_at),
        "update_time": None,
        "content": piece["content"],
        "status": "finished_successfully",
        "end_turn": (is_last or None) if message.role == "assistant" else None,
        "weight": 1.0,
        "metadata": metadata,
        "recipient": piece.get("recipient", "all"),
        "channel": None,
    }


def _seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None
