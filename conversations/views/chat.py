"""The chat page and the pieces of it that are fetched later."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from chatstudio.base.http import Request
from chatstudio.models import User
from conversations.answering.seam import in_thread, with_models
from conversations.answering.services import mark_read
from conversations.lookup import (
    as_uuid,
    conversation_for,
    deleted_conversation_for,
    message_for,
    person_of,
    prompt_profiles_of,
    usable_prompt_profile,
)
from conversations.models import Message
from conversations.showing import pages, polling
from conversations.showing.branch_around import read_branch_around
from conversations.showing.composer import composer_of, usual_choices
from conversations.showing.composer import model_state as state_of_models
from conversations.showing.frames import Toast
from conversations.showing.message_pages import messages_page
from conversations.showing.shown_page import render_page, tab_of
from conversations.showing.sidebar import Filter, open_conversation, sidebar_shown
from routing.llm.catalogue import Catalogue
from routing.llm.servers import detect_models


@require_safe
@with_models(detect_models)
def chat(request: Request, catalogue: Catalogue) -> HttpResponse:
    text = request.GET.get("text", "")[:2000]
    person = person_of(request)
    chosen = Filter.of(request.GET)
    wished = usable_prompt_profile(person, request.GET.get("prompt_profile", ""))
    place = pages.Place(
        after=request.GET.get("after", ""),
        filter=chosen,
        prompt_profile=wished,
        tab=tab_of(request),
    )
    context = pages.chat_context(person, place, catalogue, text)
    if deleted := request.GET.get("deleted"):
        context["toast"] = deleted_toast(person, as_uuid(deleted))
    return render_page(request, context)


def deleted_toast(person: User, key: UUID) -> Toast | None:
    """Not where it has been taken back, or gone for good, since."""
    try:
        return Toast.deleted(deleted_conversation_for(person, key))
    except Http404:
        return None


@require_safe
@with_models(detect_models)
def conversation(request: Request, catalogue: Catalogue, key: UUID) -> HttpResponse:
    person = person_of(request)
    owned = conversation_for(person, key)
    if "prefetch" not in request.headers.get("Sec-Purpose", ""):
        mark_read(owned)
    message = message_named(request, key, "message")
    place = pages.Place(
        owned,
        before=message_named(request, key, "before"),
        around=read_branch_around(owned, message) if message else None,
        after=request.GET.get("after", ""),
        filter=Filter.of(request.GET),
        is_paused="pause" in request.GET,
        tab=tab_of(request),
    )
    return render_page(request, pages.chat_context(person, place, catalogue))


def message_named(request: Request, key: UUID, parameter: str) -> Message | None:
    named = request.GET.get(parameter)
    return message_for(person_of(request), key, as_uuid(named)) if named else None


@require_safe
def older_messages(request: Request, key: UUID) -> HttpResponse:
    """The page of messages before the one named by ?before=."""
    person = person_of(request)
    owned = conversation_for(person, key)
    oldest = message_for(person, key, as_uuid(request.GET.get("before", "")))
    shown = messages_page(owned, oldest.parent_id)
    context = {
        "conversation": owned,
        "articles": shown.articles,
        "older_before": shown.older_before,
    }
    return render(request, "conversations/_older_messages.html", context)


@require_safe
def older_conversations(request: Request) -> HttpResponse:
    context = {"sidebar": sidebar_shown(request, open_conversation(request))}
    return render(request, "conversations/_sidebar_groups.html", context)


@require_safe
def filtered_conversations(request: Request) -> HttpResponse:
    """The sidebar's list again, of a tag or of what is archived."""
    context = {"sidebar": sidebar_shown(request, open_conversation(request))}
    return render(request, "conversations/_sidebar_scroll.html", context)


@require_safe
@with_models(detect_models)
def models_fragment(request: Request, catalogue: Catalogue) -> HttpResponse:
    """The model selector again, or 204 while the page's own is still right."""
    person = person_of(request)
    key = request.GET.get("conversation", "")
    owned = conversation_for(person, as_uuid(key)) if key else None
    profiles = list(prompt_profiles_of(person))
    chosen = usual_choices(owned, profiles)
    composer = composer_of(person, owned, catalogue, chosen, profiles)
    if composer.models_state == request.GET.get("state"):
        return HttpResponse(status=204)
    context = {"composer": composer, "model_notice": composer.model_notice}
    return render(request, "conversations/_model_choice.html", context)


@require_safe
def model_state(request: Request) -> HttpResponse:
    """The line that says which models are busy, which asks for itself while one is."""
    person = person_of(request)
    key = request.GET.get("conversation", "")
    owned = conversation_for(person, as_uuid(key)) if key else None
    context = {"composer": state_of_models(owned)}
    return render(request, "conversations/_model_state.html", context)


@require_safe
async def live(request: Request, key: UUID | None = None) -> HttpResponse:
    """The news of a page whose websocket does not come through: frames, as the socket would have
    brought them, or 204 while the page shows it all."""
    person = person_of(request)
    conversation = await in_thread(conversation_for, person, key) if key else None
    written = polling.written_here(conversation) if conversation else None
    seen = polling.Seen.of(request.GET)
    html = await in_thread(polling.news, person, conversation, seen, written)
    return HttpResponse(html) if html else HttpResponse(status=204)


@require_safe
def keyboard(request: Request) -> HttpResponse:
    """The keys, as a page of their own and as what the `?` key shows."""
    if request.htmx:
        return render(request, "_keyboard.html")
    return render(request, "keyboard.html", {"sidebar": sidebar_shown(request)})
