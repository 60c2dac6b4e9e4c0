"""Attachments as rows: a composer's drafts, a message's files, the way from one to the other."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID, uuid4

from django.db.models import QuerySet

from chatstudio.models import User
from conversations.features.files import storage as files
from conversations.models import Attachment, Conversation, Message


class AttachmentGone(Exception):
    """A draft that was to be sent is none any more: sent, removed, or too old."""


def drafts_of(
    person: User, conversation: Conversation | None, *, by_api: bool = False
) -> QuerySet[Attachment]:
    """What stands in the composer of a conversation, or of a new chat, and was not sent yet; or
    what a program has sent for it."""
    return Attachment.objects.filter(
        owner=person, conversation=conversation, message=None, by_api=by_api
    )


def set_modes(rows: Iterable[Attachment], data: Mapping[str, str]) -> None:
    """As a composer's form wants them: `mode_<public_id>`."""
    for row in rows:
        mode = data.get(f"mode_{row.public_id}", "")
        if mode in Attachment.Mode.values and not row.is_image:
            set_mode(row, mode)


def set_mode(row: Attachment, mode: str) -> None:
    if mode != row.mode:
        row.mode = mode
        row.save(update_fields=["mode"])


def claim(question: Message, keys: Sequence[UUID]) -> None:
    """Within a transaction: the drafts become the message's. Of two tabs the second finds none."""
    owner_id = question.conversation.owner_id
    drafts = Attachment.objects.filter(public_id__in=keys, owner_id=owner_id, message=None)
    if drafts.update(message=question, conversation=question.conversation) != len(set(keys)):
        raise AttachmentGone


def names_of(owner_id: int, keys: Sequence[UUID]) -> str:
    rows = Attachment.objects.filter(owner_id=owner_id, public_id__in=keys).order_by("id")
    return ", ".join(rows.values_list("name", flat=True))


def copy(source: Message, target: Message) -> None:
    """Within a transaction: the same files for a message that takes another's place in a branch."""
    for row in source.files:
        key = uuid4()
        files.copy(row.public_id, key)
        row.pk, row.public_id, row.message = None, key, target
        row._state.adding = True
        row.save(force_insert=True)


def remove(draft: Attachment) -> None:
    """Unless it was sent this very moment."""
    if Attachment.objects.filter(id=draft.id, message=None).delete()[0]:
        files.remove(draft.public_id)
