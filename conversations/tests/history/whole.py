"""A request as it would be if all of the branch were read: what the bounded reading must equal."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from conversations.answering.history.request import MEMORIES_LEAD, SUMMARY_LEAD
from conversations.answering.history.tree import branch
from conversations.features.files.sending import with_files
from conversations.models import Attachment, Conversation, HistorySummary, Message, MessagePart
from routing.types import ChatMessage, ToolCall

OPEN = ("pending", "awaiting_approval", "running")


def whole_messages(conversation: Conversation, answer: Message) -> tuple[ChatMessage, ...]:
    """All that could be sent for this answer, by the ORM's rows."""
    past = branch(answer.id)
    summary = _newest_summary(conversation, past)
    if summary:
        past = past[[row.id for row in past].index(summary.upto_id) + 1 :]
    rows = [row for row in past if _says_something(row)]
    asked = [row for row in rows if row.role == "user"]
    earlier = [file for row in asked[:-1] for file in row.files if file.is_searched]
    texts = [f"{SUMMARY_LEAD}\n{summary.text}"] if summary else []
    head = [ChatMessage("system", "\n\n".join(texts))] if texts else []
    assert MEMORIES_LEAD not in "".join(texts)
    sent = [as_sent(row, earlier if asked and row is asked[-1] else ()) for row in rows]
    return (*head, *(one for some in sent for one in some))


def _newest_summary(conversation: Conversation, past: Sequence[Message]) -> HistorySummary | None:
    if not conversation.summarises:
        return None
    ids = {row.id for row in past[:-1]}
    known = [row for row in conversation.summaries.all() if row.upto_id in ids]
    return max(known, key=lambda row: row.upto_id, default=None)


def as_sent(message: Message, earlier: Sequence[Attachment] = ()) -> list[ChatMessage]:
    if message.role != "assistant":
        text, images = with_files(message.text, message.files, earlier)
        role: Any = message.role
        return [ChatMessage(role, text, images=images, extra=len(text) - len(message.text))]
    parts = [part for part in message.parts.all() if part.kind != "reasoning"]
    found: list[ChatMessage] = []
    for _, group in groupby(parts, key=lambda part: part.round):
        found += _round(list(group))
    return found


def _round(parts: Sequence[MessagePart]) -> list[ChatMessage]:
    text = "".join(part.content for part in parts if part.kind == "text")
    rows = [part.tool_call for part in parts if part.tool_call]
    done = [row for row in rows if row.status not in OPEN]
    calls = tuple(ToolCall(row.call_id, row.name, row.arguments) for row in done)
    told = [
        ChatMessage("tool", row.result or row.error, tool_call_id=row.call_id, tool_name=row.name)
        for row in done
    ]
    return [ChatMessage("assistant", text, tool_calls=calls), *told] if text or calls else []


def _says_something(message: Message) -> bool:
    if message.is_hidden:
        return False
    is_question = message.role == "user"
    return bool(
        message.text
        or (is_question and message.files)
        or (not is_question and message.role == "assistant" and as_sent(message))
    )
