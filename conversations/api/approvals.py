"""Doors to tool calls that wait for a person's permission."""

from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from chatstudio.base.api.errors import ApiError
from chatstudio.base.api.paging import PageQuery, newest_first
from chatstudio.base.api.schemas import FAILURES, READS, Body, Facts, Page
from chatstudio.base.api.scopes import MANAGE, SEE, Needs
from chatstudio.base.json_types import JsonObject
from conversations.answering import approvals as service
from conversations.answering.seam import in_thread
from conversations.answering.tool_calls import state_of
from conversations.api.turns import answer_shape_now, end_of
from conversations.forms import AnswerForm
from conversations.lookup import person_of, tool_call_for, waiting_calls_of
from conversations.models import ToolCall
from conversations.showing.api.parameters import wrong_in
from conversations.showing.api.rows import call_shape
from conversations.showing.api.shapes import Answered, ToolCallShape

router = Router()


class Decision(Body):
    """`always` allows this tool in the whole conversation. What is `denied` the model is told,
    with your reason. `answer` is to the question that the call asks, in the shape of its schema; it
    goes with `once`. `wait` keeps the connection open until the answer has ended."""

    decision: Literal["once", "always", "denied"]
    reason: str = Field("", max_length=service.LONGEST_REASON)
    answer: dict[str, object] | None = None
    wait: bool = False


class WaitingCall(ToolCallShape):
    """`title` is the conversation's."""

    conversation_id: UUID
    message_id: UUID
    title: str


class WaitingCalls(Page):
    approvals: list[WaitingCall]


@router.get("/approvals", auth=SEE, response={200: WaitingCalls, **READS})
def approvals(request: HttpRequest, wanted: Query[PageQuery]) -> Facts:
    """Tool calls that wait for your permission, the newest first."""
    rows = waiting_calls_of(person_of(request)).select_related("generation__message__conversation")
    page, following = newest_first(rows, wanted)
    return {"approvals": [_approval_shape(row) for row in page], "next_cursor": following}


def _approval_shape(row: ToolCall) -> Facts:
    message = row.generation.answer
    return {
        **call_shape(state_of(row)),
        "conversation_id": message.conversation.public_id,
        "message_id": message.public_id,
        "title": str(message.conversation),
    }


@router.post(
    "/conversations/{conversation_id}/calls/{call_id}",
    auth=Needs("chat", "manage"),
    response={200: Answered, **FAILURES},
    summary="Decide on a tool call",
)
async def decide(
    request: HttpRequest, conversation_id: UUID, call_id: UUID, body: Decision
) -> Facts:
    """Allows a tool call or declines it; with the last decision the answer goes on by itself.

    A key needs `manage` to allow one: else it would decide on what it asked for itself. `call_id`
    is the call's `id`. The message comes as it is right after the decision, or with
    `wait` as it is when it has ended, or waits for your permission again.
    """
    person = person_of(request)
    if body.decision != "denied":
        MANAGE.allows(person)
    call = await in_thread(tool_call_for, person, conversation_id, call_id)
    said = None if body.decision == "denied" else _answer_of(call, body)
    await service.decide_on_call(person, call, body.decision, body.reason.strip(), said)
    answer = call.generation.answer
    return await end_of(answer) if body.wait else await in_thread(answer_shape_now, answer.id)


def _answer_of(call: ToolCall, body: Decision) -> JsonObject | None:
    """Checked as the page checks it."""
    given = {f"answer-{name}": value for name, value in (body.answer or {}).items()}
    form = AnswerForm.for_call(call, given)
    if form is None:
        return None
    if body.answer is None:
        sentence = "This call asks you something. Answer it, or decline."
        raise ApiError(422, fields={"answer": [sentence]})
    if not form.is_valid():
        wrong = wrong_in(form).items()
        raise ApiError(422, fields={f"answer.{name}": texts for name, texts in wrong})
    return form.answer
