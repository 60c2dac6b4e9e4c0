"""Rename and tag, pin, archive, delete and undo."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chatstudio.base.http import Request
from conversations.answering import runner, services
from conversations.answering.seam import in_one_thread, in_thread
from conversations.forms import RenameForm
from conversations.lookup import conversation_for, deleted_conversation_for, person_of
from conversations.models import Conversation
from conversations.showing import frames
from conversations.showing.frames import Toast
from conversations.showing.sidebar import Filter, open_conversation, sidebar_for, sidebar_shown
from conversations.tagging import names_of


@require_safe
def actions(request: Request, key: UUID) -> HttpResponse:
    """What can be done to it: the menu of its row, without script a page."""
    conversation = conversation_for(person_of(request), key)
    context = {"item": conversation, "filter": Filter.of(request.GET)}
    if request.htmx:
        return render(request, "conversations/_sidebar_menu.html", context)
    context["sidebar"] = sidebar_shown(request, key)
    return render(request, "conversations/actions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@in_one_thread
def rename(request: Request, key: UUID) -> HttpResponse:
    conversation = conversation_for(person_of(request), key)
    form = RenameForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        services.rename(conversation, form.cleaned_data["title"], form.cleaned_data["tags"])
        return _answer_with_changes(request, conversation)
    error = next((str(errors[0]) for errors in form.errors.values()), "")
    context = {
        "item": conversation,
        "error": error,
        "sidebar": sidebar_shown(request, key),
        "tags": request.POST.get("tags") or ", ".join(names_of(conversation)),
    }
    template, status = "_rename" if request.htmx else "rename", 422 if error else 200
    return render(request, f"conversations/{template}.html", context, status=status)


@require_POST
@in_one_thread
def pin(request: Request, key: UUID) -> HttpResponse:
    conversation = conversation_for(person_of(request), key)
    services.toggle_pin(conversation)
    return _answer_with_changes(request, conversation)


@require_POST
@in_one_thread
def archive(request: Request, key: UUID) -> HttpResponse:
    """Or back out of the archive."""
    conversation = conversation_for(person_of(request), key)
    services.toggle_archived(conversation)
    answer = _answer_with_changes(request, conversation)
    if request.htmx:
        answer.write(frames.toast(Toast.archived(conversation)))
    return answer


@require_POST
async def delete(request: Request, key: UUID) -> HttpResponse:
    person = person_of(request)
    conversation = await in_thread(lambda: services.hide(conversation_for(person, key)))
    await runner.stop_all(conversation)
    onward = f"{reverse('chat')}?deleted={key}"
    if not request.htmx:
        return HttpResponseRedirect(onward)
    if open_conversation(request) == key:
        return HttpResponse(headers={"HX-Redirect": onward})
    html = await in_thread(_sidebar, request)
    return HttpResponse(html + frames.toast(Toast.deleted(conversation)))


@require_POST
@in_one_thread
def undo_delete(request: Request, key: UUID) -> HttpResponse:
    services.undo_delete(deleted_conversation_for(person_of(request), key))
    url = reverse("conversation", args=[key])
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def _answer_with_changes(request: Request, conversation: Conversation) -> HttpResponse:
    if not request.htmx:
        return HttpResponseRedirect(reverse("conversation", args=[conversation.public_id]))
    html = _sidebar(request)
    if open_conversation(request) == conversation.public_id:
        html += frames.title(conversation) + frames.tags(conversation, names_of(conversation))
    return HttpResponse(html)


def _sidebar(request: Request) -> str:
    chosen, current = Filter.of(request.GET), open_conversation(request)
    return frames.sidebar_list(sidebar_for(person_of(request), current, chosen=chosen))
