"""The events that only the API's streams have: what stands in their rows."""

from uuid import UUID

from ninja import Schema

from conversations.showing.api.shapes import (
    ErrorShape,
    MessageShape,
    NoticeShape,
    PartShape,
    UsageShape,
)


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
    notices: list[NoticeShape]


class Ended(Schema):
    """The last event: the answer has ended, or waits for your permission."""

    finish_reason: str
    error: ErrorShape | None
    usage: UsageShape
    message: MessageShape


class Noticed(Schema):
    """Something that you should know of this answer, as the page says it."""

    code: str
    message: str


class FellBackTold(Schema):
    """Another routing profile answers in the place of `strategy`, which ended in an error before
    the first word; `message` is the error's. A new `route_chosen` follows."""

    strategy: str
    error_code: str
    error_context: dict[str, object]
    message: str


class CutTold(Schema):
    """The oldest messages did not fit the window and were left out. A later one replaces an earlier
    one; the numbers count from the whole history. Of the `messages` the oldest `unread` were not
    even read, and `turns` are those of the others."""

    messages: int
    turns: int
    unread: int = 0
    message: str


OURS: dict[str, type[Schema]] = {
    "turn_started": TurnStarted,
    "snapshot": Snapshot,
    "finished": Ended,
    "notice": Noticed,
    "fell_back": FellBackTold,
    "history_cut": CutTold,
}
"""The last three are routing's own, with the sentence that belongs to them."""
