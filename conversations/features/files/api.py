"""Doors to files: sent before the message that they go with."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import File, Form, Query, Router
from ninja.files import UploadedFile
from pydantic import Field

from chatstudio.base.api.errors import ApiError
from chatstudio.base.api.paging import PageQuery, newest_first
from chatstudio.base.api.schemas import READS, WRITES, Body, Facts, Page, Success
from chatstudio.base.api.scopes import CHAT, SEE, Needs
from conversations.answering.seam import in_thread
from conversations.features.files import receiving, rows
from conversations.features.files.receiving import Received
from conversations.features.files.refusals import FileRefused
from conversations.features.files.serving import serve_file
from conversations.features.files.uploads import receive_uploads
from conversations.lookup import (
    attachment_for,
    draft_attachment_for,
    draft_attachments_of,
    person_of,
)
from conversations.models import Attachment
from conversations.showing.api.rows import attachment_shape
from conversations.showing.api.shapes import AttachmentShape

router = Router()
ONE = "/attachments/{attachment_id}"
CONTENT: dict[str, object] = {
    "responses": {
        200: {
            "description": "The file; an image as it was written anew.",
            "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}


class Draft(AttachmentShape):
    """A file that was sent with no message yet; it goes after a day. `mode`: the model gets the
    whole of it, or what is found in it for the question."""

    conversation_id: UUID | None
    mode: Literal["whole", "searched"]
    pages: int | None
    created_at: datetime


class Drafts(Page):
    attachments: list[Draft]


class NewDrafts(Success):
    attachments: list[Draft]


class OneDraft(Success):
    attachment: Draft


class Upload(Body):
    """`conversation_id` where the message will go to one that is there already; `model` is the one
    that will be asked, if it is not the default one."""

    conversation_id: UUID | None = None
    model: str = Field("", max_length=520)


class DraftChange(Body):
    """Each may be left out. `encoding` is a name as Python has it, such as `koi8_r`: a text that
    does not tell its encoding itself is read again in this one."""

    mode: Literal["whole", "searched"] | None = None
    encoding: str | None = Field(None, max_length=20)


class Size(Body):
    """Of an image: also as the small one that lists show."""

    small: bool = False


def draft_shape(row: Attachment) -> Facts:
    place = row.conversation
    return {
        **attachment_shape(row),
        "conversation_id": place.public_id if place else None,
        "mode": row.mode,
        "pages": row.pages,
        "created_at": row.created_at,
    }


@router.get("/attachments", auth=SEE, response={200: Drafts, **READS})
def attachments(request: HttpRequest, wanted: Query[PageQuery]) -> Facts:
    """The files that programs of yours have sent with no message yet, the newest first."""
    drafts = draft_attachments_of(person_of(request)).select_related("conversation")
    page, following = newest_first(drafts, wanted)
    return {"attachments": [draft_shape(row) for row in page], "next_cursor": following}


@router.post(
    "/attachments",
    auth=Needs("chat", takes_files=True),
    response={200: NewDrafts, **WRITES},
)
async def attach(
    request: HttpRequest, files: File[list[UploadedFile]], about: Form[Upload]
) -> Facts:
    """Sends files, as multipart/form-data, for a message that follows.

    Their ids go into `attachments` when the message is sent; no page shows them before. Of several
    files either all are taken or none: an error has a sentence for each that could not be read.
    """
    person, key = person_of(request), about.conversation_id
    received = await receive_uploads(person, key, files, about.model, by_api=True)
    if received.problems:
        await in_thread(_give_up, received)
        raise ApiError(422, " ".join(received.problems), fields={"files": received.problems})
    return {"attachments": [draft_shape(row) for row in received.rows]}


def _give_up(received: Received) -> None:
    for row in received.rows:
        rows.remove(row)


@router.get(
    f"{ONE}/content",
    auth=SEE,
    response=READS,
    openapi_extra=CONTENT,
    summary="Content of a file",
)
def content(request: HttpRequest, attachment_id: UUID, wanted: Query[Size]) -> HttpResponseBase:
    """The file itself."""
    return serve_file(attachment_for(person_of(request), attachment_id), is_small=wanted.small)


@router.patch(ONE, auth=CHAT, response={200: OneDraft, **WRITES})
async def change_attachment(request: HttpRequest, attachment_id: UUID, body: DraftChange) -> Facts:
    """Whether the model gets the whole file, or what is found in it for the question; in which
    encoding a text is read."""
    row = await in_thread(draft_attachment_for, person_of(request), attachment_id)
    if row.is_image and body.mode not in (None, row.mode):
        raise ApiError(422, fields={"mode": ["An image is always sent whole."]})
    if body.encoding is not None:
        try:
            await receiving.read_again(row, body.encoding)
        except FileRefused as refusal:
            raise ApiError(422, fields={"encoding": [str(refusal)]}) from None
    if body.mode is not None:
        await in_thread(rows.set_mode, row, body.mode)
    return {"attachment": draft_shape(row)}


@router.delete(ONE, auth=CHAT, response={200: Success, **WRITES})
def remove_attachment(request: HttpRequest, attachment_id: UUID) -> Facts:
    """Removes a file that was sent with no message yet."""
    rows.remove(draft_attachment_for(person_of(request), attachment_id))
    return {}
