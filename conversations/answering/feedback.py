"""What a person says of an answer: a thumb up or down, taken back by the same thumb, and why."""

from django.db import transaction

from conversations.answering.news import AnswerChanged
from conversations.answering.seam import leave
from conversations.models import Feedback, Message
from conversations.revisions import bump_revision


class FeedbackRefused(Exception):
    """Not now, or not for this message; the text says why."""


def rate(message: Message, value: str) -> None:
    """The same thumb once more takes it back; the other one takes its place, and the reason that
    was given for the first goes with it."""
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
        _announce_change(message)


def explain(message: Message, value: str, reason: str | None) -> Feedback:
    """Keeps the thumb and the reason for it; unlike `rate` it never takes anything back. Without
    a reason the one that was given for this thumb stays."""
    with transaction.atomic():
        _refuse_unless_finished(message)
        if reason is None:
            given = Feedback.objects.filter(message=message, value=value).first()
            reason = given.reason if given else ""
        row, _ = Feedback.objects.update_or_create(
            message=message, defaults={"value": value, "reason": reason}
        )
        _announce_change(message)
    return row


def take_back(message: Message) -> None:
    """Whichever thumb it was, with its reason."""
    with transaction.atomic():
        if Feedback.objects.filter(message=message).delete()[0]:
            _announce_change(message)


def _refuse_unless_finished(message: Message) -> None:
    """Locks the message, so that two thumbs at once are one after the other."""
    current = Message.objects.select_for_update().filter(id=message.id).first()
    if current is None or current.role != Message.Role.ASSISTANT:
        raise FeedbackRefused("Only an answer can be rated.")
    if not current.is_finished:
        raise FeedbackRefused("This answer is still being written. Rate it when it is complete.")


def _announce_change(message: Message) -> None:
    bump_revision(message.conversation_id)
    leave(AnswerChanged(message.id))
