import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from chatstudio.base.json_types import JsonObject
from conversations.features.exchange.archive import written_archive
from conversations.features.exchange.formats.librechat.read import NO_PARENT
from conversations.features.exchange.jsonl import encode_line
from conversations.features.exchange.parameters import in_words_of
from conversations.features.exchange.tree import system_prompt_of, without_system_root
from conversations.features.exchange.values import ForeignConversation, ForeignMessage, ForeignPart


def write(conversations: Iterable[ForeignConversation]) -> Iterator[bytes]:
    """One conversation as it is; several as an archive of such files."""
    rows = iter(conversations)
    first = next(rows, None)
    second = next(rows, None)
    if first and not second:
        yield encode_line(_conversation(first)) + b"\n"
        return
    every = _all(first, second, rows)
    yield from written_archive(
        (f"{one.source_id}.json", encode_line(_conversation(one)) + b"\n") for one in every
    )


def _all(
    first: ForeignConversation | None,
    second: ForeignConversation | None,
    rows: Iterator[ForeignConversation],
) -> Iterator[ForeignConversation]:
    yield from (one for one in (first, second) if one)
    yield from rows


def _conversation(conversation: ForeignConversation) -> dict[str, object]:
    kept = [m for m in without_system_root(conversation) if not m.is_hidden]
    parents = {message.key: message.parent for message in conversation.messages}
    keys = {message.key for message in kept}
    prompt = system_prompt_of(conversation)
    options = {"model": conversation.model_name, **_options(conversation.parameters)}
    return {
        "conversationId": conversation.source_id,
        "endpoint": "custom",
        "title": conversation.title,
        "createdAt": _moment(conversation.created_at),
        "updatedAt": _moment(conversation.updated_at),
        "branches": True,
        "recursive": False,
        "tags": conversation.tags,
        "options": options | ({"promptPrefix": prompt} if prompt else {}),
        "messages": [_message(one, _parent(one, parents, keys)) for one in kept],
    }


def _options(parameters: JsonObject) -> JsonObject:
    """`thinking` is on or off there; how much has a name of its own."""
    options = in_words_of("librechat", parameters)
    if isinstance(level := options.get("thinking"), str):
        del options["thinking"]
        options["reasoning_effort"] = "xhigh" if level == "max" else level
    return options


def _parent(message: ForeignMessage, parents: dict[str, str | None], keys: set[str]) -> str:
    key = message.parent
    while key is not None and key not in keys:
        key = parents[key]
    return key or NO_PARENT


def _message(message: ForeignMessage, parent: str) -> dict[str, object]:
    is_user = message.role == "user"
    value = {
        "messageId": message.key,
        "parentMessageId": parent,
        "sender": {"user": "User", "system": "System"}.get(message.role, message.model_name),
        "text": message.text,
        "isCreatedByUser": is_user,
        "error": message.status == "failed",
        "unfinished": message.status in ("stopped", "interrupted"),
        "createdAt": _moment(message.created_at),
    }
    if not is_user:
        value["model"] = message.model_name
    if any(part.kind != "text" for part in message.parts):
        value["content"] = [_block(part) for part in message.parts]
    return value


def _block(part: ForeignPart) -> dict[str, object]:
    if part.kind == "reasoning":
        return {"type": "think", "think": part.content}
    if part.tool_call is None:
        return {"type": "text", "text": part.content}
    call = part.tool_call
    return {
        "type": "tool_call",
        "tool_call": {
            "id": call.call_id,
            "name": call.name,
            "args": json.dumps(call.arguments, ensure_ascii=False),
            "type": "tool_call",
            "progress": 1,
            "output": call.result or call.error,
        },
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
