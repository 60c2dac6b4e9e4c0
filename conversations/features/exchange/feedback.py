"""Thumbs and reasons in our own format."""

from typing import NotRequired, TypedDict

from chatstudio.base.json_types import JsonObject, objects_in
from conversations.features.exchange import fields
from conversations.features.exchange.sections import ConversationSection, Rows, register
from conversations.features.exchange.values import Refused
from conversations.models import Feedback, Message

NAME = "feedback"


class PackedFeedback(TypedDict):
    message: str
    value: str
    created_at: str
    reason: NotRequired[str]


def collect(rows: Rows) -> list[PackedFeedback] | None:
    keys = {id: key for key, id in rows.messages.items()}
    found = Feedback.objects.filter(message__conversation=rows.conversation).order_by("message_id")
    return [_pack(one, keys[one.message_id]) for one in found if one.message_id in keys] or None


def _pack(row: Feedback, key: str) -> PackedFeedback:
    created_at = row.created_at.isoformat()
    packed = PackedFeedback(message=key, value=row.value, created_at=created_at)
    if row.reason:
        packed["reason"] = row.reason
    return packed


def restore(rows: Rows, data: object) -> None:
    """The last word on each message that is an answer."""
    found = {fields.text_of(one, "message"): one for one in objects_in(data)}
    ids = {rows.messages[key]: one for key, one in found.items() if key in rows.messages}
    answers = Message.objects.filter(id__in=ids, role=Message.Role.ASSISTANT)
    keys = answers.order_by("id").values_list("id", flat=True)
    Feedback.objects.bulk_create([_unpack(rows, key, ids[key]) for key in keys])


def _unpack(rows: Rows, message_id: int, data: JsonObject) -> Feedback:
    value = fields.text_of(data, "value")
    if value not in Feedback.Value.values:
        raise Refused(f"Its feedback {value[:40]!r} is no thumb.")
    return Feedback(
        message_id=message_id,
        value=value,
        reason=fields.text_of(data, "reason", Feedback.REASON_LENGTH),
        created_at=fields.moment_of(data, "created_at") or rows.conversation.created_at,
    )


register(ConversationSection(NAME, collect, restore))
