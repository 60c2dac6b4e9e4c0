"""Messages of a file as the templates of the chat page take them."""

import json
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID, uuid5

from conversations.features.exchange.tools import fenced
from conversations.features.exchange.values import ForeignConversation, ForeignMessage, ForeignPart
from conversations.models import MessagePart
from conversations.rendering import render
from conversations.showing.article_views import (
    ArticleView,
    PartView,
    as_typed,
    part_view,
    sources_of,
)
from conversations.showing.frames import safe
from conversations.showing.sentences import ROLE_NAMES

NAMESPACE = UUID("7f8f2e0e-6a6f-4a5e-9d43-5f3f3a4f0c11")


def article_views(conversation: ForeignConversation) -> Iterator[ArticleView]:
    for message in conversation.branch():
        if not message.is_hidden:
            yield _view(message, conversation)


def _view(message: ForeignMessage, conversation: ForeignConversation) -> ArticleView:
    """Without the text to copy, which would be in the file twice, and without any action."""
    key = uuid5(NAMESPACE, f"{conversation.source_id}/{message.key}")
    is_answer = message.role == "assistant"
    return ArticleView(
        key,
        key,
        message.role,
        message.status,
        message.created_at or conversation.created_at or datetime.min,
        parts=tuple(_part(part, n) for n, part in enumerate(message.parts))
        if is_answer
        else as_typed(message.text, whole=True),
        model_name=message.model_name if is_answer else ROLE_NAMES.get(message.role, ""),
        sources=sources_of(message.metadata),
    )


def _part(part: ForeignPart, position: int) -> PartView:
    if part.tool_call is None:
        row = MessagePart(
            kind=part.kind, position=position, content=part.content, duration_ms=part.duration_ms
        )
        return part_view(row, final=True, whole=True)
    call = part.tool_call
    asked = fenced(json.dumps(call.arguments, ensure_ascii=False, indent=2), "json")
    result = call.result or call.error
    found = fenced(result) if result else ""
    text = f"**Tool `{call.name.replace('`', '')}`**\n\n{asked}\n\n{found}"
    return PartView("text", position, tuple(safe(block.html) for block in render(text)))
