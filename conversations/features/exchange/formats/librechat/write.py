import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain, islice

from chatstudio.base.json_types import JsonObject
from conversations.features.exchange.archive import written_archive
from conversations.features.exchange.formats.librechat.read import NO_PARENT
from conversations.features.exchange.jsonl import encode_line
from conversations.features.exchange.parameters import in_words_of
from conversations.features.exchange.tree import (
    nearest_of,
    system_prompt_of,
    without_system_root,
)
from conversations.features.exchange.values import ForeignConversation, ForeignMessage, ForeignPart


def write(conversations: Iterable[ForeignConversation]) -> Iterator[bytes]:
    """One conversation as it is; several as an archive of such files."""
    rows = iter(conversations)
    begin = list(islice(rows, 2))
    if len(begin) == 1:
        yield encode_line(_conversation(begin[0])) + b"\n"
        return
    every = chain(begin, rows)
    yield from written_archive(
        (f"{one.source_id}.json", encode_line(_conversation(one)) + b"\n") for one in every
    )


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
        "messages": [
            _message(one, nearest_of(one.parent, parents, keys) or NO_PARENT) for one in kept
        ],
    }


def _options(parameters: JsonObject) -> JsonObject:
    """`thinking` is on or off there; how much has a name of its own."""
    options = in_words_of("librechat", parameters)
    if isinstance(level := options.get("thinking"), str):
        del options["thinking"]
        options["reasoning_effort"] = "xhigh" if level == "max" else level
    return options


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
