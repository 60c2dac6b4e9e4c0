"""Rows as the API tells of them."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from uuid import UUID

from chatstudio.base.api.schemas import Facts
from chatstudio.base.json_types import JsonMapping
from conversations.answering.saving import load_transcript
from conversations.answering.transcript import CallState, Part
from conversations.models import (
    Attachment,
    Conversation,
    Feedback,
    Generation,
    Message,
    MessagePart,
)
from conversations.models.message import ACTIVE, families_of
from conversations.receipts import Receipt
from conversations.showing.article_views import coded_notices, outcome_of
from routing.errors import sentence_for
from routing.types import Usage


def conversation_shape(row: Conversation, tags: Sequence[str] | None = None) -> Facts:
    profile = row.prompt_profile
    return {
        "id": row.public_id,
        "title": str(row),
        "model": row.model_name,
        "server": row.server,
        "profile": row.routing_profile,
        "prompt_profile_id": profile.public_id if profile else None,
        "parameters": row.parameters,
        "memory": row.memory_enabled,
        "tools": row.tools_enabled,
        "summarises": row.summarises,
        "is_pinned": row.is_pinned,
        "is_archived": row.is_archived,
        "is_active": bool(row.head and row.head.status in ACTIVE),
        "tags": [tag.name for tag in row.tags.all()] if tags is None else list(tags),
        "created_at": row.created_at,
        "last_message_at": row.last_message_at,
    }


def message_shape(row: Message) -> Facts:
    return message_shapes([row])[0]


def message_shapes(rows: Sequence[Message]) -> list[Facts]:
    """Of one conversation's messages with parts, generations, attachments, feedback, parent and
    conversation at hand; one query more for any number of them."""
    families = families_of(rows)
    versions = {key: [one for _, one in family] for family in families for key, _ in family}
    return [_message_shape(row, versions[row.id]) for row in rows]


def ended_shape(generation: Generation, parts: Sequence[Part]) -> Facts:
    """Of an answer that stands alone (Generation.answers_alone), as it was just saved: no query."""
    row = generation.answer
    return _shape_of(row, parts, [], [generation], feedback=None, versions=[row.public_id])


def _message_shape(row: Message, versions: Sequence[UUID]) -> Facts:
    generations, feedback = list(row.generations.all()), getattr(row, "feedback", None)
    return _shape_of(row, load_transcript(row).parts, row.files, generations, feedback, versions)


def _shape_of(
    row: Message,
    parts: Sequence[Part],
    files: Sequence[Attachment],
    generations: Sequence[Generation],
    feedback: Feedback | None,
    versions: Sequence[UUID],
) -> Facts:
    return {
        "id": row.public_id,
        "conversation_id": row.conversation.public_id,
        "parent_id": row.parent.public_id if row.parent else None,
        "role": row.role,
        "status": row.status,
        "content": "".join(one.content for one in parts if one.kind == MessagePart.Kind.TEXT),
        "parts": part_shapes(parts),
        "attachments": [attachment_shape(one) for one in files],
        "model": row.model_name,
        "server": row.server,
        "profile": row.routing_profile,
        "versions": versions,
        "feedback": {"value": feedback.value, "reason": feedback.reason} if feedback else None,
        "created_at": row.created_at,
        **_end(row, generations),
    }


def _end(row: Message, generations: Sequence[Generation]) -> Facts:
    """How the last run ended, the tokens of all of them, and what there is to know of the last."""
    last = generations[-1] if generations else None
    receipts = [one.read_receipt() for one in generations]
    receipt = receipts[-1] if receipts else Receipt()
    usage = sum((one.usage for one in receipts), Usage())
    return {
        "finish_reason": last.finish_reason if last else "",
        "error": error_shape(last.error_code, last.error_context) if last else None,
        "usage": asdict(usage) if any("usage" in one.stored for one in receipts) else {},
        "notices": notice_shapes(receipt, last),
        "message_metadata": {**row.message_metadata, **_some_of(receipt, COURSE)},
        "metric_metadata": {
            name: receipt.stored[name] for name in FIGURES if name in receipt.stored
        },
    }


COURSE = ("route", "fallback", "window", "left_out", "tools", "notices", "model", "summary")
FIGURES = (
    *("duration_ms", "time_to_first_token_ms", "tokens_per_second", "usage", "timings"),
    *("rounds", "calls", "sent_bytes", "images", "tool_tokens"),
)
"""What of a receipt the API tells; the whole one has a door of its own."""


def _some_of(receipt: Receipt, names: Iterable[str]) -> Facts:
    """Without ids, of which there may be thousands."""
    told: Facts = {}
    for name in names:
        if found := receipt.stored.get(name):
            inner = found.items() if isinstance(found, dict) else ()
            told[name] = {key: value for key, value in inner if key != "ids"} or found
    return told


def notice_shapes(receipt: Receipt, generation: Generation | None = None) -> list[dict[str, str]]:
    """As the page shows them, with how the answer ended where that is to be known."""
    kind, sentence = outcome_of(generation) if generation else ("", "")
    told = list(coded_notices(receipt, failed=kind == "error"))
    if generation and sentence and kind != "error":
        told.append((generation.finish_reason, sentence))
    return [{"code": code, "message": message} for code, message in told]


def error_shape(code: str, context: JsonMapping) -> dict[str, str] | None:
    return {"code": code, "message": sentence_for(code, context)} if code else None


def part_shapes(parts: Iterable[Part]) -> list[Facts]:
    return [
        {
            "kind": part.kind,
            "round": part.round,
            "text": part.content,
            "tool_call": call_shape(part.call) if part.call else None,
        }
        for part in parts
    ]


def call_shape(call: CallState) -> Facts:
    return {
        "id": call.public_id,
        "call_id": call.call_id,
        "name": call.name,
        "arguments": dict(call.arguments),
        "risk": str(call.risk),
        "status": call.status,
        "result": call.result,
        "decision": call.decision or None,
        "decision_reason": call.decision_reason,
        "dialogue": call.dialogue,
    }


def attachment_shape(row: Attachment) -> Facts:
    return {
        "id": row.public_id,
        "name": row.name,
        "kind": row.kind,
        "media_type": row.media_type,
        "bytes": row.size,
        "tokens_estimate": row.tokens_estimate,
        "encoding": row.encoding,
        "notes": row.notes,
    }


def message_now(message_id: int) -> Message:
    """The row as it is by now, with all that its shape needs."""
    rows = Message.objects.select_related("conversation", "feedback", "parent")
    there = rows.prefetch_related("parts__tool_call", "generations", "attachments")
    return there.get(id=message_id)
