import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NotRequired, TypedDict

from conversations.features.exchange.formats.open_webui.details import reasoning_block
from conversations.features.exchange.formats.open_webui.params import params_of
from conversations.features.exchange.jsonl import array
from conversations.features.exchange.tree import (
    nearest_of,
    system_prompt_of,
    without_system_root,
)
from conversations.features.exchange.values import ForeignConversation, ForeignMessage, ForeignPart


class Message(TypedDict):
    """`output`, `sources` and what is said of the model are answers' alone."""

    id: str
    parentId: str | None
    childrenIds: list[str]
    role: str
    content: str
    timestamp: int | None
    model: NotRequired[str]
    done: NotRequired[bool]
    output: NotRequired[list[dict[str, object]]]
    sources: NotRequired[list[dict[str, dict[str, str]]]]


def write(conversations: Iterable[ForeignConversation]) -> Iterator[bytes]:
    return array(_item(one) for one in conversations)


def _item(conversation: ForeignConversation) -> dict[str, object]:
    kept = [m for m in without_system_root(conversation) if not m.is_hidden]
    messages = {message.key: _message(message) for message in kept}
    parents = {message.key: message.parent for message in conversation.messages}
    for message in kept:
        parent = nearest_of(message.parent, parents, messages)
        messages[message.key]["parentId"] = parent
        if parent is not None:
            messages[parent]["childrenIds"].append(message.key)
    prompt = system_prompt_of(conversation)
    params = params_of(conversation.parameters) | ({"system": prompt} if prompt else {})
    current = nearest_of(conversation.head, parents, messages)
    begun = conversation.created_at
    return {
        "id": conversation.source_id,
        "title": conversation.title,
        "chat": {
            "title": conversation.title,
            "models": [conversation.model_name] if conversation.model_name else [],
            "params": params,
            "history": {"currentId": current, "messages": messages},
            "messages": _linear(current, messages),
            "tags": conversation.tags,
            "timestamp": int(begun.timestamp() * 1000) if begun else None,
        },
        "created_at": _seconds(begun),
        "updated_at": _seconds(conversation.updated_at),
        "archived": conversation.is_archived,
        "pinned": conversation.is_pinned,
        "meta": {"tags": conversation.tags},
        "folder_id": None,
        "share_id": None,
    }


def _linear(key: str | None, messages: dict[str, Message]) -> list[Message]:
    chain: list[Message] = []
    while key is not None:
        chain.append(messages[key])
        key = messages[key]["parentId"]
    return chain[::-1]


def _message(message: ForeignMessage) -> Message:
    answer: Message = {
        "id": message.key,
        "parentId": None,
        "childrenIds": [],
        "role": message.role,
        "content": "".join(
            reasoning_block(part.content, _whole_seconds(part))
            if part.kind == "reasoning"
            else part.content
            for part in message.parts
        ),
        "timestamp": _seconds(message.created_at),
    }
    if message.role != "assistant":
        return answer
    answer["model"], answer["done"] = message.model_name, True
    if any(part.kind != "text" for part in message.parts):
        answer["output"] = [step for part in message.parts for step in _steps(part)]
    if message.citations:
        answer["sources"] = [
            {"source": {"name": one["title"], "url": one["url"]}} for one in message.citations
        ]
    return answer


def _steps(part: ForeignPart) -> Iterator[dict[str, object]]:
    if part.kind == "reasoning":
        seconds = _whole_seconds(part)
        content = [{"type": "output_text", "text": part.content}]
        yield {"type": "reasoning", "content": content, "duration": seconds}
    elif part.tool_call:
        call = part.tool_call
        arguments = json.dumps(call.arguments, ensure_ascii=False)
        yield {
            "type": "function_call",
            "call_id": call.call_id,
            "name": call.name,
            "arguments": arguments,
        }
        output = [{"type": "input_text", "text": call.result or call.error}]
        yield {"type": "function_call_output", "call_id": call.call_id, "output": output}
    else:
        yield {"type": "message", "content": [{"type": "output_text", "text": part.content}]}


def _whole_seconds(part: ForeignPart) -> int | None:
    return round(part.duration_ms / 1000) if part.duration_ms is not None else None


def _seconds(moment: datetime | None) -> int | None:
    return int(moment.timestamp()) if moment else None
