"""Files for a message: added to the composer, taken out again, looked at."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from chatstudio.base.http import Request
from chatstudio.models import User
from conversations.answering.seam import in_thread
from conversations.features.files import receiving, rows
from conversations.features.files.refusals import FileRefused
from conversations.features.files.serving import serve_file
from conversations.features.files.uploads import receive_uploads
from conversations.lookup import (
    attachment_for,
    conversation_for,
    draft_attachment_for,
    person_of,
)
from conversations.models import Attachment, Conversation
from conversations.showing.composer import files_of
from conversations.showing.refused_composer import render_refused_composer

NOTHING = "Choose a file first."


@require_POST
async def attach(request: Request, key: UUID | None = None) -> HttpResponse:
    """Without script the whole page again, with the words that were typed."""
    person, model = person_of(request), request.POST.get("model", "")
    received = await receive_uploads(person, key, request.FILES.getlist("files"), model)
    problems = received.problems if received.rows or received.problems else [NOTHING]
    answer = await in_thread(_answer_attached, request, key, problems)
    if isinstance(answer, HttpResponse):
        return answer
    status = 422 if problems else 200
    return await render_refused_composer(request, answer, " ".join(problems), status)


def _answer_attached(
    request: Request, key: UUID | None, problems: list[str]
) -> HttpResponse | Conversation | None:
    """With htmx the files; else the conversation of which the whole page is to be shown."""
    person = person_of(request)
    conversation = conversation_for(person, key) if key else None
    rows.set_modes(rows.drafts_of(person, conversation), request.POST)
    return _files(request, person, conversation, problems) if request.htmx else conversation


def _files(
    request: Request, person: User, conversation: Conversation | None, problems: list[str]
) -> HttpResponse:
    context = {"composer": files_of(person, conversation, problems)}
    status = 422 if problems else 200
    return render(request, "conversations/_composer_files.html", context, status=status)


@require_POST
def remove(request: Request, key: UUID) -> HttpResponse:
    person = person_of(request)
    row = draft_attachment_for(person, key)
    rows.remove(row)
    if request.htmx:
        return _files(request, person, row.conversation, [])
    return HttpResponseRedirect(_place_of(row))


@require_POST
async def read_again(request: Request, key: UUID) -> HttpResponse:
    """A text in the encoding that the form names; without script by way of the page."""
    person = person_of(request)
    row = await in_thread(draft_attachment_for, person, key)
    problems = []
    try:
        await receiving.read_again(row, request.POST.get(f"encoding_{key}", "")[:20])
    except FileRefused as refusal:
        problems.append(str(refusal))
    if request.htmx:
        return await in_thread(_files, request, person, row.conversation, problems)
    if problems:
        text = " ".join(problems)
        return await render_refused_composer(request, row.conversation, text, 422)
    return HttpResponseRedirect(_place_of(row))


def _place_of(row: Attachment) -> str:
    place = row.conversation
    return reverse("conversation", args=[place.public_id]) if place else reverse("chat")


@require_safe
def view(request: Request, key: UUID) -> HttpResponse:
    """An image also `?small`."""
    row = attachment_for(person_of(request), key)
    return serve_file(row, is_small="small" in request.GET)
