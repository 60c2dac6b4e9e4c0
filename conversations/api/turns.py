"""Doors that start, follow, repeat and stop answers."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Router
from pydantic import Field

from chatstudio.base.api.errors import ApiError
from chatstudio.base.api.schemas import FAILURES, READS, WRITES, Body, Facts
from chatstudio.base.api.scopes import CHAT, SEE, TURN
from chatstudio.base.json_types import object_at, object_in, text_at
from chatstudio.models import User
from conversations.answering import runner, turns
from conversations.answering.generation import LiveGeneration
from conversations.answering.seam import in_one_thread, in_thread
from conversations.api.asking import TurnBody, known_profile, turn_input
from conversations.api.events import EVENT, Mark, frame
from conversations.api.streaming import follow, shape_at_hand, stream_frames
from conversations.forms import LONGEST_MESSAGE, EditForm
from conversations.lookup import conversation_for, message_for, person_of
from conversations.models import Generation, Message
from conversations.models.message import ACTIVE
from conversations.showing.api.rows import conversation_shape, message_now, message_shape
from conversations.showing.api.shapes import Answered, OneConversation, OneMessage
from routing.errors import status_for
from routing.llm.servers import known_models, split_ref

router = Router()
LAST_SEEN = "Last-Event-ID"
STREAM = {"text/event-stream": {"schema": EVENT}}
TOLD = {"description": "Server-sent events; `finished` is the last one.", "content": STREAM}
EVENTS: Facts = {
    "parameters": [
        {
            "in": "header",
            "name": LAST_SEEN,
            "schema": {"type": "string"},
            "description": "The id of the last event that was seen.",
        }
    ],
    "responses": {200: TOLD},
}
SEEN = {"description": "The answer has ended, and you have its last event."}
FOLLOWED: Facts = {**EVENTS, "responses": {200: TOLD, 204: SEEN}}
EITHER: Facts = {"responses": {200: {"content": STREAM}}}
"""Of a door that answers with the whole or, with `stream`, with events."""
MESSAGE = "/conversations/{conversation_id}/messages/{message_id}"
LOOK_SECONDS = 0.2


class StreamBody(Body):
    """With `stream` the answer comes as events, as from /send/stream."""

    stream: bool = False


class AgainBody(StreamBody):
    """What is left out is as in the first answer."""

    model: str | None = Field(None, max_length=520)
    profile: str | None = Field(None, max_length=32)


class EditBody(StreamBody):
    message: str = Field(max_length=LONGEST_MESSAGE)
    request_id: UUID | None = None


@router.post("/send", auth=TURN, response={200: Answered, **FAILURES})
async def send(request: HttpRequest, body: TurnBody) -> Facts:
    """Sends a message and waits for the whole answer.

    A new conversation begins where none is named. The message is saved first: an answer that fails
    gives an error, with the ids of what was saved beside it. An answer whose tools need your
    permission comes with the status `awaiting_approval`.
    """
    return await end_of_turn(await _begin_turn(person_of(request), body))


@router.post("/send/stream", auth=TURN, response=FAILURES, openapi_extra=EVENTS)
async def send_and_stream(request: HttpRequest, body: TurnBody) -> HttpResponseBase:
    """Sends a message and streams the answer as server-sent events.

    The first event, `turn_started`, names the conversation and the messages. To go on after a
    broken connection send the same body with the same `request_id` and the id of the last event
    that you have seen in the header Last-Event-ID; nothing is written twice. What each event says
    stands in the section Events of the page /api/docs.
    """
    turn = await _begin_turn(person_of(request), body)
    return stream_turn(turn, request.headers.get(LAST_SEEN, ""))


async def _begin_turn(person: User, body: TurnBody) -> turns.Turn:
    catalogue = await known_models()

    def read() -> turns.Sent:
        key = body.conversation_id
        conversation = conversation_for(person, key) if key else None
        return person, conversation, turn_input(person, conversation, body, catalogue)

    return await turns.begin_turn(read, has_files=bool(body.attachments))


def stream_turn(turn: turns.Turn, last_event_id: str = "") -> HttpResponseBase:
    seen = Mark.read(last_event_id)
    ids = {
        "conversation_id": turn.conversation.public_id,
        "user_message_id": turn.question.public_id,
        "message_id": turn.answer.public_id,
    }
    begin = frame("turn_started", ids, turn.generation.public_id, 0)
    is_fresh = (
        turn.generation.cause == Generation.Cause.ANSWER
    )  # else a snapshot has what was before
    new = Mark(turn.generation.public_id, 0) if is_fresh else None
    rest = follow(turn.answer, seen or new, turn)

    async def pieces() -> AsyncIterator[bytes]:
        if seen is None:
            yield begin
        async for piece in rest:
            yield piece

    return stream_frames(pieces())


async def answer_turn(turn: turns.Turn, body: StreamBody | None) -> Facts | HttpResponseBase:
    return stream_turn(turn) if body and body.stream else await end_of_turn(turn)


async def end_of_turn(turn: turns.Turn) -> Facts:
    if turn.live:
        await turn.live.wait()
    shape = shape_at_hand(turn)
    return whole_or_error(answered(shape)) if shape else await end_of(turn.answer)


async def end_of(answer: Message) -> Facts:
    """The whole answer; where it failed, its error with the status that this kind of error has."""
    if live := LiveGeneration.of_message(answer.public_id):
        await live.wait()
    while (found := await in_thread(_read_if_ended, answer.id)) is None:  # noqa: ASYNC110  by another process
        await asyncio.sleep(LOOK_SECONDS)
    return whole_or_error(found)


def whole_or_error(found: Facts) -> Facts:
    if error := object_at(object_in(found["message"]), "error"):
        ids = {name: str(found[name]) for name in ("conversation_id", "user_message_id")}
        ids["message_id"] = str(found["message_id"])
        code = text_at(error, "code")
        raise ApiError(status_for(code), text_at(error, "message"), code, more=ids)
    return found


def _read_if_ended(message_id: int) -> Facts | None:
    is_written = Message.objects.filter(id=message_id, status__in=ACTIVE).exists()
    return None if is_written else answer_shape_now(message_id)


def answer_shape_now(message_id: int) -> Facts:
    """An answer as it is by now, also one that is still being written."""
    return answered(message_shape(message_now(message_id)))


def answered(shape: Facts) -> Facts:
    return {
        "conversation_id": shape["conversation_id"],
        "user_message_id": shape["parent_id"] or shape["id"],
        "message_id": shape["id"],
        "message": shape,
        "response": shape["content"],
    }


async def _message(request: HttpRequest, conversation_id: UUID, message_id: UUID) -> Message:
    return await in_thread(message_for, person_of(request), conversation_id, message_id)


@router.get(f"{MESSAGE}", auth=SEE, response={200: OneMessage, **READS})
def message(request: HttpRequest, conversation_id: UUID, message_id: UUID) -> Facts:
    """One message, as it is now."""
    row = message_for(person_of(request), conversation_id, message_id)
    return {"message": _shape_now(row)}


@router.get(f"{MESSAGE}/stream", auth=SEE, response=READS, openapi_extra=FOLLOWED)
async def follow_message(
    request: HttpRequest, conversation_id: UUID, message_id: UUID
) -> HttpResponseBase:
    """Follows an answer, whoever began it.

    What it is told stands in the section Events of the page /api/docs. A browser's EventSource can
    follow with its session, but cannot send a key. Going away does not stop the answer.
    """
    seen = Mark.read(request.headers.get(LAST_SEEN, ""))
    row = await _message(request, conversation_id, message_id)
    if row.role != Message.Role.ASSISTANT:
        raise ApiError(404)
    if seen and seen.number is None and await in_thread(_has_ended, row, seen):
        return HttpResponse(status=204)  # it has seen the end, and need not come back
    return stream_frames(follow(row, seen))


def _has_ended(row: Message, seen: Mark) -> bool:
    """Nothing was written since that mark: no continuation, nor after a decision."""
    newest = row.generations.order_by("-id").first()
    return not row.is_active and (newest is None or newest.public_id == seen.generation)


@router.post(f"{MESSAGE}/stop", auth=CHAT, response={200: OneMessage, **WRITES})
async def stop(request: HttpRequest, conversation_id: UUID, message_id: UUID) -> Facts:
    """Stops an answer. What was written is kept."""
    row = await _message(request, conversation_id, message_id)
    await runner.stop(row)
    return {"message": await in_thread(_shape_now, row)}


def _shape_now(row: Message) -> Facts:
    return message_shape(message_now(row.id))


@router.post(
    f"{MESSAGE}/regenerate",
    auth=CHAT,
    response={200: Answered, **FAILURES},
    openapi_extra=EITHER,
)
async def regenerate(
    request: HttpRequest, conversation_id: UUID, message_id: UUID, body: AgainBody | None = None
) -> Facts | HttpResponseBase:
    """Has the question answered once more and waits.

    The new answer stands beside the first one, which is kept.
    """
    row = await _message(request, conversation_id, message_id)
    route = _route(row, body) if body and (body.model or body.profile) else None
    return await answer_turn(await turns.regenerate_answer(person_of(request), row, route), body)


def _route(answer: Message, body: AgainBody) -> turns.Route:
    first = turns.Route.of_answer(answer)
    name, server = split_ref(body.model) if body.model else (first.model_name, first.server)
    profile = known_profile(body.profile) if body.profile else first.routing_profile
    return turns.Route(name[:255], server[:255], profile)


@router.post(
    f"{MESSAGE}/continue",
    auth=CHAT,
    response={200: Answered, **FAILURES},
    openapi_extra=EITHER,
)
async def go_on(
    request: HttpRequest, conversation_id: UUID, message_id: UUID, body: StreamBody | None = None
) -> Facts | HttpResponseBase:
    """Has the last answer go on where it ends and waits."""
    row = await _message(request, conversation_id, message_id)
    return await answer_turn(await turns.continue_answer(person_of(request), row), body)


@router.post(
    f"{MESSAGE}/edit",
    auth=CHAT,
    response={200: Answered, **FAILURES},
    openapi_extra=EITHER,
)
async def edit(
    request: HttpRequest, conversation_id: UUID, message_id: UUID, body: EditBody
) -> Facts | HttpResponseBase:
    """Has a question in other words answered and waits.

    Both stand beside the first question and its answers, as a branch of their own.
    """
    row = await _message(request, conversation_id, message_id)
    has_files = not body.message.strip() and await in_thread(row.attachments.exists)
    form = EditForm({"text": body.message, "request_id": body.request_id}, has_files=has_files)
    if not form.is_valid():
        wrong = [str(error) for errors in form.errors.values() for error in errors]
        raise ApiError(422, wrong[0], fields={"message": wrong})
    data = form.cleaned_data
    turn = await turns.edit_question(person_of(request), row, data["text"], data["request_id"])
    return await answer_turn(turn, body)


@router.post(f"{MESSAGE}/show", auth=CHAT, response={200: OneConversation, **WRITES})
@in_one_thread
def show(request: HttpRequest, conversation_id: UUID, message_id: UUID) -> Facts:
    """Shows the branch in which this message stands."""
    person = person_of(request)
    turns.show_branch(message_for(person, conversation_id, message_id))
    return {"conversation": conversation_shape(conversation_for(person, conversation_id))}
