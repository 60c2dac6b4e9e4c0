"""Doors to what is known of an answer: its reader's thumb, and how it came about."""

from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from chatstudio.base.api.errors import ApiError
from chatstudio.base.api.schemas import READS, WRITES, Body, Facts, Success
from chatstudio.base.api.scopes import CHAT, SEE
from conversations.answering import feedback as service
from conversations.answering.seam import in_one_thread
from conversations.api.turns import MESSAGE
from conversations.lookup import answer_for, message_for, person_of
from conversations.models import Feedback
from conversations.showing import comparing
from conversations.showing.api.shapes import FeedbackShape
from conversations.showing.receipt_views import as_json

router = Router()


class Rating(Body):
    """Without `reason` the one that was given for this thumb stays."""

    value: Literal["up", "down"]
    reason: str | None = Field(None, max_length=Feedback.REASON_LENGTH)


class OneFeedback(Success):
    feedback: FeedbackShape


class Receipt(Success):
    """Each time that a model has written in the answer: with what parameters, what was sent (ids,
    hashes and sizes of the texts), what it took."""

    message: UUID
    generations: list[dict[str, object]]


@router.put(
    f"{MESSAGE}/feedback",
    auth=CHAT,
    response={200: OneFeedback, **WRITES},
    summary="Give feedback",
)
@in_one_thread
def rate(request: HttpRequest, conversation_id: UUID, message_id: UUID, body: Rating) -> Facts:
    """A thumb up or down for an answer, and why."""
    message = message_for(person_of(request), conversation_id, message_id)
    reason = None if body.reason is None else body.reason.strip()
    try:
        given = service.explain(message, body.value, reason)
    except service.FeedbackRefused as refusal:
        raise ApiError(409, str(refusal), "feedback_refused") from None
    return {"feedback": {"value": given.value, "reason": given.reason}}


@router.delete(
    f"{MESSAGE}/feedback",
    auth=CHAT,
    response={200: Success, **WRITES},
    summary="Withdraw feedback",
)
@in_one_thread
def take_back(request: HttpRequest, conversation_id: UUID, message_id: UUID) -> Facts:
    """Withdraws a thumb, with its reason."""
    message = message_for(person_of(request), conversation_id, message_id)
    service.take_back(message)
    return {}


class With(Body):
    """`other` is another version; without it the one before is taken."""

    other: UUID | None = None


class ComparedPiece(Schema):
    text: str
    differs: bool


class ComparedSide(Schema):
    id: UUID = Field(validation_alias="public_id")
    number: int
    model: str = Field(validation_alias="model_name")
    pieces: list[ComparedPiece]


class Compared(Success):
    """`by_line`: the texts are long, so lines are compared and not words."""

    is_equal: bool
    by_line: bool
    sides: list[ComparedSide]


@router.get(f"{MESSAGE}/compare", auth=SEE, response={200: Compared, **READS})
def compare(
    request: HttpRequest, conversation_id: UUID, message_id: UUID, wanted: Query[With]
) -> comparing.Comparison:
    """Two answers to the same question side by side, with the words that differ."""
    person = person_of(request)
    message = message_for(person, conversation_id, message_id)
    other = message_for(person, conversation_id, wanted.other) if wanted.other else None
    return comparing.compare(*comparing.pair(message, other))


@router.get(f"{MESSAGE}/receipt", auth=SEE, response={200: Receipt, **READS})
def receipt(request: HttpRequest, conversation_id: UUID, message_id: UUID) -> Facts:
    """How an answer came about."""
    return {**as_json(answer_for(person_of(request), conversation_id, message_id))}
