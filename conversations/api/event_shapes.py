"""The events that only the API's streams have: what stands in their rows."""

from uuid import UUID

from ninja import Schema

from conversations.showing.api.shapes import ErrorShape, MessageShape, PartShape, UsageShape


class TurnStarted(Schema):
    """The first event of an answer that your request has begun, with the ids of what was saved."""

    conversation_id: UUID
    user_message_id: UUID
    message_id: UUID


class Snapshot(Schema):
    """All that there is so far; it replaces everything that you have read of this answer."""

    message_id: UUID
    content: str
    parts: list[PartShape]


class Ended(Schema):
    """The last event: the answer has ended, or waits for your permission."""

    finish_reason: str
    error: ErrorShape | None
    usage: UsageShape
    message: MessageShape


OURS: dict[str, type[Schema]] = {
    "turn_started": TurnStarted,
    "snapshot": Snapshot,
    "finished": Ended,
}
