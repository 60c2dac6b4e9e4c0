"""Writing what a model says: while it says it, at its end, and when a process goes down."""

import logging
from collections.abc import Iterable, Sequence
from time import monotonic

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from chatstudio.base.quick_rows import update_row, upsert_rows
from conversations import this_host
from conversations.answering.course import Course, Ended, Outcome, complete_receipt
from conversations.answering.tool_calls import save_calls, settle, state_of
from conversations.answering.transcript import Part, Transcript
from conversations.carrying.hub import conversation_topic, hub
from conversations.features.models_page import habits
from conversations.models import (
    Generation,
    Message,
    MessagePart,
    ServerProcess,
    Status,
)
from conversations.models.message import ACTIVE
from conversations.revisions import end_turn
from conversations.signals import generations_finished

logger = logging.getLogger(__name__)

OF_AN_END = (
    *("status", "finish_reason", "error_code", "error_context", "receipt"),
    *("model_name", "server", "finished_at"),
)
BEAT_SECONDS = 2.0
"""Far below the age at which a process counts as gone."""


def load_transcript(message: Message) -> Transcript:
    """What a message holds already, so that a further generation goes on behind it."""
    return Transcript(
        Part(
            row.kind,
            row.position,
            row.content,
            row.round,
            row.duration_ms,
            call=state_of(row.tool_call) if row.tool_call else None,
        )
        for row in message.parts.all()
    )


def part_rows(message_id: int, parts: Iterable[Part]) -> list[MessagePart]:
    return [
        MessagePart(
            message_id=message_id,
            kind=part.kind,
            position=part.position,
            round=part.round,
            content=part.content,
            duration_ms=part.duration_ms,
            tool_call_id=part.call.row_id if part.call else None,
        )
        for part in parts
    ]


def save_parts(rows: list[MessagePart]) -> None:
    """One statement for any number of answers."""
    upsert_rows(rows, same=("message", "position"), changed=("kind", "content", "duration_ms"))


def checkpoint(process_id: int, answers: dict[int, list[Part]]) -> None:
    """`answers` maps a message's id to its parts; all of them in one short transaction. What has
    been marked interrupted meanwhile stays as it was then: pages have seen it so."""
    with transaction.atomic():
        # Generations first, as at an end: else each might wait for the other's row.
        active = Generation.objects.select_for_update(no_key=True).filter(status__in=ACTIVE)
        alive = set(active.filter(message__in=answers).values_list("message", flat=True))
        for key in alive:
            save_calls(key, answers[key])
        save_parts([row for key in alive for row in part_rows(key, answers[key])])
        Message.objects.filter(id__in=alive, status=Status.WAITING).update(status=Status.GENERATING)
        Generation.objects.filter(message_id__in=alive, status=Status.WAITING).update(
            status=Status.GENERATING
        )
        beat(process_id)


_beaten: dict[int, float] = {}
"""By process, when its heart has beaten last."""


def beat_if_due(process_id: int) -> None:
    """Where an answer begins; while one is written, a checkpoint beats each second."""
    if monotonic() - _beaten.get(process_id, -BEAT_SECONDS) >= BEAT_SECONDS:
        beat(process_id)


def beat(process_id: int) -> None:
    """The row of a process that had nothing to do for a day was tidied away; it comes back."""
    here = ServerProcess.objects.filter(id=process_id)
    if process_id and not here.update(heartbeat_at=Now()):
        ServerProcess.objects.create(id=process_id, **this_host.process_facts(), heartbeat_at=Now())
    _beaten[process_id] = monotonic()


def finish_generation(generation: Generation, transcript: Transcript, outcome: Outcome) -> bool:
    """The end of an answer: its words, its state, and a new revision for the pages. Nobody is told
    yet.

    A conversation that was removed for good meanwhile leaves nothing to save, nor does an answer
    that another process took for lost: it may be written on there already. That is False.
    """
    _describe(generation, transcript, outcome)
    with transaction.atomic():
        if not update_row(generation, *OF_AN_END, where="status", among=ACTIVE):
            generation.answers_alone = False
            return False
        if generation.message:
            _finish_answer(generation.message, generation, transcript, outcome)
        _keep_what_was_learned(outcome.course)
    return True


def _finish_answer(
    message: Message, generation: Generation, transcript: Transcript, outcome: Outcome
) -> None:
    if any(part.call for part in transcript.parts):
        generation.answers_alone = False
        save_calls(message.id, transcript.parts)
        if outcome.status != Status.AWAITING_APPROVAL:
            settle(message.id)
    save_parts(part_rows(message.id, transcript.parts))
    message.status = generation.status
    course = outcome.course
    if course.route is not None:
        message.model_name, message.server = generation.model_name, generation.server
    facts = {"is_demo": course.is_demo, "leaves_machine": course.leaves_machine}
    message.message_metadata |= {name: True for name, value in facts.items() if value}
    update_row(message, "status", "model_name", "server", "message_metadata", "updated_at")
    conversation = message.conversation
    end_turn(conversation, is_seen=hub.listeners(conversation_topic(conversation.public_id)) > 0)


def _keep_what_was_learned(course: Course) -> None:
    if course.tool_mode and course.model:
        habits.learn(course.model, course.tool_mode)


def announce(ended: Sequence[Ended]) -> None:
    """Whatever the receivers do, the answers are saved by now and stay so."""
    try:
        answers = generations_finished.send_robust(Generation, ended=ended)
    except Exception:  # Django itself stumbles over a receiver without a name
        logger.exception("Telling of finished generations failed")
        return
    for receiver, answer in answers:
        if isinstance(answer, Exception):
            logger.error("%s failed after %d generations", receiver, len(ended), exc_info=answer)


def _describe(generation: Generation, transcript: Transcript, outcome: Outcome) -> None:
    finished = outcome.finished
    generation.status = outcome.status
    generation.finish_reason = finished.finish_reason[:64]
    generation.error_code = finished.error_code
    generation.error_context = dict(finished.error_context)
    generation.finished_at = timezone.now()
    calls = transcript.calls_made if generation.message is None else None
    generation.receipt = complete_receipt(generation.read_receipt(), outcome, calls).to_json()
    if (route := outcome.course.route) is not None:
        generation.model_name, generation.server = route.model_name, route.server
