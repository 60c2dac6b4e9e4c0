"""Attachments as rows with their files, made without the child process."""

from typing import Any
from uuid import uuid4

from chatstudio.models import User
from conversations.features.files import storage as files
from conversations.features.files.tests import samples
from conversations.models import Attachment, Conversation, Message


def attached(
    owner: User,
    text: str = "Some words",
    message: Message | None = None,
    conversation: Conversation | None = None,
    **more: Any,
) -> Attachment:
    key, data = uuid4(), text.encode()
    files.keep(key, [data], 10**9)
    files.path_of(key, files.TEXT).write_bytes(data)
    facts = {"name": "notes.txt", "kind": "text", "media_type": "text/plain", **more}
    return Attachment.objects.create(
        public_id=key,
        owner=owner,
        message=message,
        conversation=message.conversation if message else conversation,
        size=len(data),
        sha256="0" * 64,
        text_length=len(text),
        tokens_estimate=len(data) // 3,
        **facts,
    )


def picture(owner: User, message: Message | None = None, **more: Any) -> Attachment:
    facts = {"kind": "image", "media_type": "image/png", "name": "cat.png", **more}
    row = attached(owner, "", message, **facts)
    files.path_of(row.public_id).unlink()
    files.path_of(row.public_id, files.TEXT).unlink()
    for ending in (files.PICTURE, files.SMALL):
        files.path_of(row.public_id, ending).write_bytes(samples.image())
    return row


def on_disk() -> list[str]:
    return sorted(path.name for path in files.folder().rglob("*") if path.is_file())
