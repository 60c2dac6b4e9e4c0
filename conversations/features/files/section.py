"""Attached files in our own format: which message has which as a section of its conversation, the
bytes in pieces before it. What a file is, how large and of which hash is found out anew, by its
content, as with an upload.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from shutil import copyfileobj
from typing import NotRequired, TypedDict
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from chatstudio.base.encodings.names import CHOICES, can_be_another
from chatstudio.base.json_types import JsonObject, objects_at
from chatstudio.models import User
from conversations.features.exchange import fields
from conversations.features.exchange.sections import ConversationSection, Rows, register
from conversations.features.exchange.staging import Staging
from conversations.features.exchange.values import ForeignConversation, ForeignPiece
from conversations.features.files import cleaning
from conversations.features.files import storage as files
from conversations.features.files.budget import fits
from conversations.features.files.names import clean_name
from conversations.features.files.reader.result import Unreadable
from conversations.features.files.receiving import facts_of_kept
from conversations.features.files.refusals import MOST_FILES, FileRefused
from conversations.models import Attachment, Conversation

NAME = "attachments"
PIECE = 2**20


def pieces_of(conversation_id: int) -> Iterator[ForeignPiece]:
    """Each file once, however many messages have it. One that is lost has none."""
    done: set[str] = set()
    for row in _rows(conversation_id):
        path = files.path_of(row.public_id, files.PICTURE if row.is_image else files.ORIGINAL)
        if row.sha256 in done:
            continue
        done.add(row.sha256)
        with suppress(FileNotFoundError), path.open("rb") as file:
            while data := file.read(PIECE):
                yield ForeignPiece(row.sha256, data)


def _rows(conversation_id: int) -> list[Attachment]:
    rows = Attachment.objects.filter(conversation_id=conversation_id, message__isnull=False)
    return list(rows.order_by("message_id", "id"))


class PackedAttachment(TypedDict):
    """`encoding` only where the file does not tell it itself."""

    message: str
    file: str
    name: str
    mode: str
    encoding: NotRequired[str]


def collect(rows: Rows) -> list[PackedAttachment] | None:
    keys = {id: key for key, id in rows.messages.items()}
    found = _rows(rows.conversation.id)
    return [_packed(keys[row.message_id], row) for row in found if row.message_id in keys] or None


def _packed(message: str, row: Attachment) -> PackedAttachment:
    packed: PackedAttachment = {
        "message": message,
        "file": row.sha256,
        "name": row.name,
        "mode": row.mode,
    }
    return packed | {"encoding": row.encoding} if can_be_another(row.encoding) else packed


@contextmanager
def receive_files(
    owner: User, foreign: ForeignConversation, staging: Staging | None
) -> Iterator[list[tuple[str, Attachment]]]:
    """The files, read and in their place before the transaction that writes their rows; gone again
    where that fails."""
    found: list[tuple[str, Attachment]] = []
    try:
        for message, facts in _facts_to_receive(foreign):
            try:
                if staging:
                    staging.alive()
                found.append((message, _receive(owner, facts, staging)))
            except FileRefused as refusal:
                foreign.notes.append(str(refusal))
        yield found
    except BaseException:
        for _, row in found:
            files.remove(row.public_id)
        raise


def _facts_to_receive(foreign: ForeignConversation) -> Iterator[tuple[str, JsonObject]]:
    """Those of messages that can have some, and as many as a message can have."""
    listed = objects_at(foreign.sections, NAME)
    left = {message.key: MOST_FILES for message in foreign.messages if message.role == "user"}
    for facts in listed:
        key = fields.text_of(facts, "message", 20)
        if left.get(key, 0) > 0:
            left[key] -= 1
            yield key, facts
        else:
            name = clean_name(fields.text_of(facts, "name", 500))
            foreign.notes.append(f"The file “{name}” belongs to no message that can have it.")


def _receive(owner: User, facts: JsonObject, staging: Staging | None) -> Attachment:
    key, name = uuid4(), clean_name(fields.text_of(facts, "name", 500))
    path = staging.path_of(fields.text_of(facts, "file", 64)) if staging else None
    if path is None:
        raise FileRefused("not_there", name)
    if path.stat().st_size > settings.MAX_ATTACHMENT_MB * 2**20:
        raise FileRefused("too_large", name)
    place = files.path_of(key)
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("rb") as source, place.open("wb") as target:
            copyfileobj(source, target)
        encoding = fields.text_of(facts, "encoding", 20)
        known = encoding if encoding in CHOICES else ""
        found = facts_of_kept(key, keeps_ours=True, encoding=known)
        row = Attachment(public_id=key, owner=owner, name=name, **found)
    except BaseException as error:
        files.remove(key)
        if isinstance(error, Unreadable):
            raise FileRefused(error.code, name) from error
        raise
    row.mode = _mode(row, fields.text_of(facts, "mode", 16))
    return row


def _mode(row: Attachment, wanted: str) -> str:
    if row.is_image:
        return Attachment.Mode.WHOLE
    if wanted in Attachment.Mode.values:
        return wanted
    return Attachment.Mode.WHOLE if fits(row.tokens_estimate, None) else Attachment.Mode.SEARCHED


def restore(rows: Rows, data: object) -> None:
    for key, row in rows.attached:
        row.conversation, row.message_id = rows.conversation, rows.messages[key]
    Attachment.objects.bulk_create([row for _, row in rows.attached])


def forget(conversation: Conversation) -> None:
    """Rows go with their messages, files once that is certain."""
    keys = cleaning.keys_in(Conversation.objects.filter(id=conversation.id))
    transaction.on_commit(lambda: cleaning.remove_gone(keys) and None)


register(ConversationSection(NAME, collect, restore, forget))
