"""A person decides on a tool call; with the last decision the answer goes on."""

from django.db import transaction
from django.utils import timezone

from chatstudio.base.json_types import JsonObject
from chatstudio.models import User
from conversations.answering import saving, tool_calls
from conversations.answering.news import AnswerChanged, AnswerResumed
from conversations.answering.seam import in_thread, leave
from conversations.answering.turns.limits import TurnRefused, refuse_if_too_many
from conversations.answering.turns.start import carried_through, tell_and_launch
from conversations.answering.turns.writing import Turn, lock_conversation, write_generation
from conversations.models import Conversation, Generation, Message, Status, ToolCall
from conversations.models.message import ACTIVE
from conversations.revisions import change_conversation

LONGEST_REASON = 500


@carried_through
async def decide_on_call(
    person: User,
    call: ToolCall,
    decision: str,
    reason: str = "",
    answer: JsonObject | None = None,
) -> Conversation:
    """The same decision from two devices has one effect; a different second one is refused.
    `answer` is to what the call asks."""
    conversation, turn = await in_thread(_write_decision, person, call, decision, reason, answer)
    if turn is not None:
        await tell_and_launch(AnswerResumed(turn.answer.id), turn)
    return conversation


def _write_decision(
    person: User, call: ToolCall, decision: str, reason: str, answer: JsonObject | None
) -> tuple[Conversation, Turn | None]:
    message = _message(call.generation.answer.id)
    with transaction.atomic():
        conversation = lock_conversation(message.conversation)
        _refuse_while_running(message, call)
        refuse_if_too_many(person)
        if not tool_calls.write_decision(call, decision, reason[:LONGEST_REASON], answer):
            if not ToolCall.objects.filter(id=call.id, decision=decision).exists():
                raise TurnRefused("This has been decided already. Reload the page.")
            leave(AnswerChanged(message.id))
            return conversation, None
        if decision == ToolCall.Decision.ALWAYS:  # for other calls of the tool that wait beside it
            for other in tool_calls.undecided_calls(message).filter(name=call.name):
                if tool_calls.question_of(other.dialogue) is None:
                    tool_calls.write_decision(other, decision, "")
        if tool_calls.undecided_calls(message).exists() or conversation.head_id != message.id:
            change_conversation(conversation)
            leave(AnswerChanged(message.id))
            return conversation, None
        return conversation, _resume_generation(person, conversation, _message(message.id))


def _refuse_while_running(message: Message, call: ToolCall) -> None:
    """A page may show a call that waits while others of its round still run."""
    waits = tool_calls.undecided_calls(message).filter(id=call.id).exists()
    if waits and Generation.objects.filter(message=message, status__in=ACTIVE).exists():
        raise TurnRefused("Other tools of this answer still run. Decide in a moment.")


def _resume_generation(person: User, conversation: Conversation, message: Message) -> Turn:
    key = person.came_with
    generation = write_generation(conversation, message, Generation.Cause.RESUME, key)
    message.status = Status.WAITING
    message.updated_at = timezone.now()
    message.save(update_fields=["status", "updated_at"])
    change_conversation(conversation)
    transcript = saving.load_transcript(message)
    return Turn(conversation, message.parent or message, message, generation, transcript)


def _message(message_id: int) -> Message:
    rows = Message.objects.select_related("conversation", "parent")
    return rows.prefetch_related("parts__tool_call", "generations").get(id=message_id)
