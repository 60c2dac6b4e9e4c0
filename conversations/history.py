"""What a model gets to see of a conversation, and the receipt of it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from conversations.models import Conversation, Message, PromptProfile
from routing.types import ChatMessage, ChatRequest, Parameters

# The chain of parents from a leaf upwards. As a recursive query it costs what it returns, however
# long the conversation; the same SQL serves SQLite and PostgreSQL.
BRANCH = """
WITH RECURSIVE branch(id, parent_id, depth) AS (
    SELECT id, parent_id, 1 FROM conversations_message WHERE id = %s
    UNION ALL
    SELECT m.id, m.parent_id, branch.depth + 1
    FROM conversations_message m JOIN branch ON m.id = branch.parent_id
    WHERE branch.depth < %s
)
SELECT id FROM branch ORDER BY depth DESC
"""
UNLIMITED = 10_000_000
AT_ONCE = 5_000


def branch_ids(leaf_id: int, limit: int = UNLIMITED) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(BRANCH, [leaf_id, limit])
        return [row[0] for row in cursor.fetchall()]


def branch(leaf_id: int | None, limit: int = UNLIMITED, *, for_page: bool = False) -> list[Message]:
    """The last `limit` messages that lead to this leaf, oldest first, with their parts; for a page
    with their generations and the conversation too."""
    if leaf_id is None:
        return []
    ids = branch_ids(leaf_id, limit)
    rows = Message.objects.prefetch_related("parts")
    if for_page:
        rows = rows.select_related("conversation").prefetch_related("generations")
    found: dict[int, Message] = {}
    for start in range(0, len(ids), AT_ONCE):
        found.update((row.id, row) for row in rows.filter(id__in=ids[start : start + AT_ONCE]))
    return [found[key] for key in ids]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request and the receipt of what it holds: ids, hashes and sizes, never the texts."""

    request: ChatRequest
    receipt: dict[str, Any]


def parameters_for(conversation: Conversation) -> Parameters:
    profile = conversation.prompt_profile
    stored = {**(profile.parameters if profile else {}), **conversation.parameters}
    return Parameters.from_dict(stored)


def build_request(conversation: Conversation, answer: Message, model_name: str) -> Prepared:
    """The request for `answer`, a message whose parent is the user's.

    With the memory switched off that is the system prompt and the user's message alone. An answer
    that has text already comes last, so that the model continues it.
    """
    past = branch(answer.parent_id) if conversation.memory_enabled else branch(answer.parent_id, 1)
    sent = [message for message in past if message.text]
    if answer.text:
        sent.append(answer)
    system = _system_message(conversation.prompt_profile)
    parameters = parameters_for(conversation)
    messages = (*system, *(ChatMessage(_role(message), message.text) for message in sent))
    receipt = {
        "memory": conversation.memory_enabled,
        "parameters": parameters.to_dict(),
        "prompt_profile": _profile_entry(conversation.prompt_profile),
        "messages": list(_entries(sent)),
    }
    return Prepared(ChatRequest(model_name, messages, parameters), receipt)


def _role(message: Message) -> Any:
    return message.role


def _system_message(profile: PromptProfile | None) -> tuple[ChatMessage, ...]:
    prompt = profile.system_prompt.strip() if profile else ""
    return (ChatMessage("system", prompt),) if prompt else ()


def _profile_entry(profile: PromptProfile | None) -> dict[str, Any] | None:
    if profile is None:
        return None
    return {"id": str(profile.public_id), "name": profile.name, **_print(profile.system_prompt)}


def _entries(messages: Iterable[Message]) -> Iterable[dict[str, Any]]:
    for message in messages:
        yield {"id": str(message.public_id), "role": message.role, **_print(message.text)}


def _print(text: str) -> dict[str, Any]:
    data = text.encode()
    return {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
