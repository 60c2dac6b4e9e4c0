"""What a person says of an answer: a thumb up or down, taken back by the same thumb, and why."""

from asgiref.sync import sync_to_async
from django.db import transaction
from django.db.models import F

from conversations.answering.news import AnswerChanged, tell
from conversations.models import Conversation, Feedback, Message


class FeedbackRefused(Exception):
    """Not now, or not for this message; the text says why."""


async def rate(message: Message, value: str) -> None:
    """The same thumb once more takes it back; the other one takes its place, and the reason that
    was given for the first goes with it."""
    await sync_to_async(_rate)(message, value)
    await tell(AnswerChanged(message.id))


async def explain(message: Message, value: str, reason: str | None) -> Feedback:
    """Keeps the thumb and the reason for it; unlike `rate` it never takes anything back. Without
    a reason the one that was given for this thumb stays."""
    given = await sync_to_async(_explain)(message, value, reason)
    await tell(AnswerChanged(message.id))
    return given


async def take_back(message: Message) -> None:
    """Whichever thumb it was, with its reason."""
    if await sync_to_async(_take_back)(message):
        await tell(AnswerChanged(message.id))


def _rate(message: Message, value: str) -> None:
    with transaction.atomic():
        _refuse_unless_finished(message)
        given = Feedback.objects.select_for_update().filter(message=message).first()
        if given is None:
            Feedback.objects.create(message=message, value=value)
        elif given.value == value:
            given.delete()
        else:
            given.value, given.reason = value, ""
            given.save(update_fields=["value", "reason", "updated_at"])
        _bump(message)


def _explain(message: Message, value: str, reason: str | None) -> Feedback:
    with transaction.atomic():
        _refuse_unless_finished(message)
        if reason is None:
            given = Feedback.objects.filter(message=message, value=value).first()
            reason = given.reason if given else ""
        row, _ = Feedback.objects.update_or_create(
            message=message, defaults={"value": value, "reason": reason}
        )
        _bump(message)
    return row


def _take_back(message: Message) -> bool:
    with transaction.atomic():
        was_given = bool(Feedback.objects.filter(message=message).delete()[0])
        if was_given:
            _bump(message)
    return was_given


def _refuse_unless_finished(message: Message) -> None:
    """Locks the message, so that two thumbs at once are one after the other."""
    current = Message.objects.select_for_update().filter(id=message.id).first()
    if current is None or current.role != Message.Role.ASSISTANT:
        raise FeedbackRefused("Only an answer can be rated.")
    if not current.is_finished:
        raise FeedbackRefused("This answer is still being written. Rate it when it is complete.")


def _bump(message: Message) -> None:
    """What pages show of this conversation has changed."""
    Conversation.objects.filter(id=message.conversation_id).update(revision=F("revision") + 1)
