"""Rename and tag, pin, archive, delete and undo."""

from uuid import UUID

from asgiref.sync import sync_to_async
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from chatstudio.base.http import Request
from conversations.answering import services
from conversations.forms import RenameForm
from conversations.lookup import aperson_of, conversation_for, deleted_conversation_for, person_of
from conversations.models import Conversation
from conversations.showing import frames
from conversations.showing.frames import Toast
from conversations.showing.sidebar import Filter, sidebar_for, sidebar_shown
from conversations.tagging import names_of


@require_http_methods(["GET", "HEAD", "POST"])
async def rename(request: Request, key: UUID) -> HttpResponse:
    person = await aperson_of(request)
    conversation = await sync_to_async(conversation_for)(person, key)
    form = RenameForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        await services.rename(conversation, form.cleaned_data["title"], form.cleaned_data["tags"])
        return await _changed(request, conversation)
    error = next((str(errors[0]) for errors in form.errors.values()), "")
    template = "_rename" if request.htmx else "rename"
    context = {"item": conversation, "error": error}

    def answer() -> HttpResponse:
        context["sidebar"] = sidebar_shown(request, key)
        context["tags"] = request.POST.get("tags") or ", ".join(names_of(conversation))
        status = 422 if error else 200
        return render(request, f"conversations/{template}.html", context, status=status)

    return await sync_to_async(answer)()


@require_POST
async def pin(request: Request, key: UUID) -> HttpResponse:
    person = await aperson_of(request)
    conversation = await sync_to_async(conversation_for)(person, key)
    await services.toggle_pin(conversation)
    return await _changed(request, conversation)


@require_POST
async def archive(request: Request, key: UUID) -> HttpResponse:
    """Or back out of the archive."""
    person = await aperson_of(request)
    conversation = await sync_to_async(conversation_for)(person, key)
    await services.toggle_archived(conversation)
    answer = await _changed(request, conversation)
    if request.htmx:
        answer.write(frames.toast(Toast.archived(conversation)))
    return answer


@require_POST
async def delete(request: Request, key: UUID) -> HttpResponse:
    person = await aperson_of(request)
    conversation = await sync_to_async(conversation_for)(person, key)
    await services.delete(conversation)
    onward = f"{reverse('chat')}?deleted={key}"
    if not request.htmx:
        return HttpResponseRedirect(onward)
    if _open_conversation(request) == key:
        return HttpResponse(headers={"HX-Redirect": onward})
    html = await sync_to_async(_sidebar)(request)
    return HttpResponse(html + frames.toast(Toast.deleted(conversation)))


@require_POST
async def undo_delete(request: Request, key: UUID) -> HttpResponse:
    person = await aperson_of(request)
    conversation = await sync_to_async(deleted_conversation_for)(person, key)
    await services.undo_delete(conversation)
    url = reverse("conversation", args=[conversation.public_id])
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


async def _changed(request: Request, conversation: Conversation) -> HttpResponse:
    if not request.htmx:
        return HttpResponseRedirect(reverse("conversation", args=[conversation.public_id]))
    html = await sync_to_async(_sidebar)(request)
    if _open_conversation(request) == conversation.public_id:
        tags = await sync_to_async(names_of)(conversation)
        html += frames.title(conversation) + frames.tags(conversation, tags)
    return HttpResponse(html)


def _sidebar(request: Request) -> str:
    chosen, current = Filter.of(request.GET), _open_conversation(request)
    return frames.sidebar_list(sidebar_for(person_of(request), current, chosen=chosen))


def _open_conversation(request: Request) -> UUID | None:
    """The conversation that the asking page shows, from the address htmx sends along."""
    address = request.htmx.current_url or ""
    for piece in address.split("/"):
        try:
            return UUID(piece)
        except ValueError:
            continue
    return None
