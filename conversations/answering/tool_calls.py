"""The rows of tool calls: written as they happen, decided on once, and never run twice by us."""

from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from chatstudio.base.json_types import JsonObject
from conversations.answering.transcript import CallState, Part
from conversations.models import Conversation, Generation, Message, ToolCall
from routing.tools.base import Risk

DENIED = "The person declined this call."
LOST = "It was stopped while it ran; whether it was done is not known."
NOT_BEGUN = "It was not made: the answer ended before."

ALLOWED = """
SELECT t.name FROM conversations_toolcall t
CROSS JOIN conversations_generation g CROSS JOIN conversations_message m
WHERE t.decision = 'always' AND g.id = t.generation_id AND m.id = g.message_id
AND m.conversation_id = %s
"""
"""CROSS JOIN keeps SQLite to this order."""


def state_of(row: ToolCall) -> CallState:
    return CallState(
        row.call_id,
        row.name,
        row.arguments,
        risk=row.risk,
        status=row.status,
        result=row.result or row.error,
        decision=row.decision or "",
        decision_reason=row.decision_reason,
        dialogue=row.dialogue,
        started_at=row.started_at,
        finished_at=row.finished_at,
        row_id=row.id,
        public_id=row.public_id,
        saved_status=row.status,
    )


def save_calls(message_id: int, parts: Iterable[Part]) -> None:
    """Those that have changed; within the transaction that saves their parts, and before them.
    What the model is told of a failure is the row's `error`, of anything else its `result`."""
    states = [part.call for part in parts if part.call and part.call.is_dirty]
    if not states:
        return
    newest = Generation.objects.filter(message_id=message_id).order_by("-id")
    generation_id = newest.values_list("id", flat=True).first()
    for state in states:
        status = state.status
        failed = status == ToolCall.Status.FAILED
        row_id = state.row_id or _create(state, generation_id or 0)
        ToolCall.objects.filter(id=row_id).update(
            status=status,
            result="" if failed else state.result,
            error=state.result if failed else "",
            started_at=state.started_at,
            finished_at=state.finished_at,
            **(_as_asked(state) if status == ToolCall.Status.AWAITING_APPROVAL else {}),
        )
        state.saved_status = status


def _as_asked(state: CallState) -> dict[str, object]:
    """What was allowed asks something now, so it has to be decided on again."""
    return {"dialogue": state.dialogue, "decision": None, "decided_at": None}


def _create(state: CallState, generation_id: int) -> int:
    row, _ = ToolCall.objects.get_or_create(
        generation_id=generation_id,
        call_id=state.call_id[:128],
        defaults={
            "name": state.name[:128],
            "arguments": state.arguments,
            "risk": state.risk,
            "status": state.status,
        },
    )
    state.row_id, state.public_id = row.id, row.public_id
    return row.id


def undecided_calls(message: Message) -> QuerySet[ToolCall]:
    return ToolCall.objects.filter(
        generation__message=message, status=ToolCall.Status.AWAITING_APPROVAL
    )


def write_decision(
    call: ToolCall, decision: str, reason: str, answer: JsonObject | None = None
) -> bool:
    """Once: False where somebody was first. What is allowed counts as running from here on, so
    that a crash can never make it run a second time unasked. `answer` is to what the call asks."""
    is_denied = decision == ToolCall.Decision.DENIED
    told = f"{DENIED} {reason}".strip() if is_denied else ""
    now = timezone.now()
    changed = ToolCall.objects.filter(
        id=call.id, decision=None, status=ToolCall.Status.AWAITING_APPROVAL
    ).update(
        decision=decision,
        decision_reason=reason,
        dialogue=answered(call.dialogue, answer),
        decided_at=now,
        status=ToolCall.Status.DENIED if is_denied else ToolCall.Status.RUNNING,
        result=told,
        finished_at=now if is_denied else None,
    )
    return bool(changed)


def question_of(dialogue: Sequence[JsonObject]) -> JsonObject | None:
    """What a call has asked and nobody has answered."""
    last = dialogue[-1] if dialogue else None
    return last if last and "answer" not in last else None


def answered(dialogue: list[JsonObject], answer: JsonObject | None) -> list[JsonObject]:
    if answer is None or question_of(dialogue) is None:
        return dialogue
    return [*dialogue[:-1], {**dialogue[-1], "answer": answer}]


def allowed_always(conversation: Conversation) -> frozenset[str]:
    """Names of the tools that a person has allowed for the whole conversation: among the few calls
    of all conversations where somebody did, as the index `tool_call_always` has them alone."""
    with connection.cursor() as cursor:
        cursor.execute(ALLOWED, [conversation.id])
        return frozenset(name for (name,) in cursor.fetchall())


def settle(message_id: int) -> None:
    """An answer has ended: of what ran nobody knows whether it was done, and what waited is not
    wanted any more. Neither may run when the answer is continued."""
    rows = ToolCall.objects.filter(generation__message_id=message_id)
    now = timezone.now()
    running = rows.filter(status=ToolCall.Status.RUNNING)
    for is_before, why in ((True, NOT_BEGUN), (False, LOST)):
        running.filter(started_at__isnull=is_before).update(
            status=ToolCall.Status.FAILED, error=f"Error: {why}", finished_at=now
        )
    rows.filter(status=ToolCall.Status.AWAITING_APPROVAL).update(
        status=ToolCall.Status.DENIED,
        decision=ToolCall.Decision.DENIED,
        result=DENIED,
        finished_at=now,
    )


def after_crash(message_id: int) -> bool:
    """What was running when the process went away: a call that only reads has failed; one with
    effects is asked about again. True where a person has to decide now."""
    running = ToolCall.objects.filter(
        generation__message_id=message_id, status=ToolCall.Status.RUNNING
    )
    running.filter(risk__in=("", Risk.READS)).update(
        status=ToolCall.Status.FAILED, error=f"Error: {LOST}", finished_at=timezone.now()
    )
    return bool(
        running.exclude(risk__in=("", Risk.READS)).update(
            status=ToolCall.Status.AWAITING_APPROVAL, decision=None, started_at=None
        )
    )
