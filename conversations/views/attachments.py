"""Files for a message: added to the composer, taken out again, looked at."""

from uuid import UUID

from asgiref.sync import sync_to_async
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from chatstudio.base.http import Request
from chatstudio.models import User
from conversations import pages
from conversations.attachments import rows
from conversations.attachments.receiving import Received, receive_all
from conversations.attachments.serving import served
from conversations.attachments.windows import window_of
from conversations.forms import TurnForm
from conversations.lookup import attachment_for, conversation_for, draft_attachment_for
from conversations.models import Conversation
from conversations.views.chat import aperson_of, person_of
from conversations.views.composing import composer
from routing.llm.servers import known_models

NOTHING = "Choose a file first."


@require_POST
async def attach_new(request: Request) -> HttpResponse:
    return await _attach(request, None)


@require_POST
async def attach(request: Request, key: UUID) -> HttpResponse:
    return await _attach(request, key)


async def _attach(request: Request, key: UUID | None) -> HttpResponse:
    """Without script the whole page again, with the words that were typed."""
    received = await received_with(request, key)
    person = await aperson_of(request)
    conversation = await sync_to_async(conversation_for)(person, key) if key else None
    problems = received.problems if received.rows or received.problems else [NOTHING]
    await sync_to_async(_keep_modes)(person, conversation, request)
    if request.htmx:
        return await sync_to_async(_files)(request, person, conversation, problems)
    status = 422 if problems else 200
    form = TurnForm(request.POST)
    return await composer(request, person, conversation, form, " ".join(problems), status)


async def received_with(request: Request, key: UUID | None) -> Received:
    """The files in this request, as drafts."""
    uploads = request.FILES.getlist("files")
    if not uploads:
        return Received()
    person = await aperson_of(request)
    conversation = await sync_to_async(conversation_for)(person, key) if key else None
    window = window_of(await known_models(), conversation, request.POST.get("model", ""))
    return await receive_all(person, conversation, uploads, window)


def _keep_modes(person: User, conversation: Conversation | None, request: Request) -> None:
    rows.set_modes(rows.drafts_of(person, conversation), request.POST)


def _files(
    request: Request, person: User, conversation: Conversation | None, problems: list[str]
) -> HttpResponse:
    composer = pages.files_context(person, conversation) | {"files_problems": problems}
    status = 422 if problems else 200
    context = {"composer": composer}
    return render(request, "conversations/_composer_files.html", context, status=status)


@require_POST
def remove(request: Request, key: UUID) -> HttpResponse:
    person = person_of(request)
    row = draft_attachment_for(person, key)
    rows.remove(row)
    if request.htmx:
        return _files(request, person, row.conversation, [])
    place = row.conversation
    url = reverse("conversation", args=[place.public_id]) if place else reverse("chat")
    return HttpResponseRedirect(url)


@require_safe
def view(request: Request, key: UUID) -> HttpResponse:
    """An image also `?small`."""
    row = attachment_for(person_of(request), key)
    return served(row, is_small="small" in request.GET)
