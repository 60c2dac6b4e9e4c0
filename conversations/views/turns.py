"""Doors that start, stop and repeat answers. They are async: an answer lives on the event loop."""

from collections.abc import Awaitable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_POST
from django_htmx.http import push_url, reswap

from chatstudio.base.http import Request
from chatstudio.models import User
from conversations.answering import runner, turns
from conversations.answering.news import TurnBegun
from conversations.answering.seam import in_one_thread, with_models
from conversations.carrying.hub import conversation_topic, hub
from conversations.features.files.receiving import Received
from conversations.features.files.rows import drafts_of, set_modes
from conversations.features.files.uploads import receive_uploads
from conversations.forms import TurnForm
from conversations.lookup import (
    as_uuid,
    conversation_for,
    message_for,
    person_of,
    prompt_profiles_of,
    usable_prompt_profile,
)
from conversations.models import Conversation, Message
from conversations.showing import frames, pages
from conversations.showing.announcing import question_view
from conversations.showing.article_views import active_article_view
from conversations.showing.composer import composer_of, usual_choices
from conversations.showing.frames import PageState, Toast
from conversations.showing.message_pages import busy_article, newest_page
from conversations.showing.refused_composer import render_refused_composer
from conversations.showing.shown_page import render_exchanged_page
from routing.llm.catalogue import Catalogue
from routing.llm.servers import detect_models, known_models, split_ref
from routing.strategies import STRATEGIES


@require_POST
async def send(request: Request, key: UUID | None = None) -> HttpResponse:
    person, model = person_of(request), request.POST.get("model", "")
    uploads = request.FILES.getlist("files")
    form = TurnForm(request.POST, has_files=bool(uploads or request.POST.getlist("attachment")))
    received = await receive_uploads(person, key, uploads, model) if uploads else Received()
    named = request.POST.getlist("attachment")
    files = [*map(as_uuid, named), *(row.public_id for row in received.rows)]

    conversation: Conversation | None = None

    def read() -> turns.Sent:
        nonlocal conversation
        conversation = conversation_for(person, key) if key else None
        if named:
            set_modes(drafts_of(person, conversation), request.POST)
        if received.problems or not form.is_valid():
            raise turns.TurnInvalid(" ".join(received.problems) or form.sentence)
        return person, conversation, _turn_input(person, form, conversation, files)

    try:
        turn = await turns.begin_turn(read, has_files=bool(files))
    except turns.TurnRefused as refusal:
        return await render_refused_composer(request, conversation, str(refusal), refusal.status)
    if not request.htmx:
        return to_conversation(request, turn.conversation)
    if key is None:
        return await _render_begun(request, turn, form, bool(files))
    return await _answer_sent(request, turn, bool(files), form.cleaned_data["tab"])


def choose_tools_enabled(data: dict[str, Any], conversation: Conversation | None) -> bool:
    """The switch speaks only where the profile works with tools, and where it could be used:
    without script it stays disabled on a page whose profile was another. Else it is kept."""
    speaks = data["tools"] or data["tools_present"]
    if speaks and STRATEGIES[data["routing_profile"]].uses_tools:
        return bool(data["tools"])
    return conversation.tools_enabled if conversation else True


def _turn_input(
    person: User, form: TurnForm, conversation: Conversation | None, files: Sequence[UUID]
) -> turns.TurnInput:
    data = form.cleaned_data
    name, server = split_ref(data["model"])
    return turns.TurnInput(
        text=data["text"],
        attachments=files,
        model_name=name[:255],
        server=server[:255],
        routing_profile=data["routing_profile"],
        prompt_profile=usable_prompt_profile(person, data["prompt_profile"]),
        memory_enabled=data["memory"],
        tools_enabled=choose_tools_enabled(data, conversation),
        request_id=data["request_id"],
    )


def to_conversation(request: Request, conversation: Conversation) -> HttpResponse:
    url = reverse("conversation", args=[conversation.public_id])
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


@with_models(known_models)
def _render_begun(
    request: Request, catalogue: Catalogue, turn: turns.Turn, form: TurnForm, has_files: bool
) -> HttpResponse:
    """The new conversation's page, in the place of the one for a new chat: from what is at hand,
    as it began. What has happened since is told to its socket."""
    person, conversation = person_of(request), turn.conversation
    place = pages.Place(conversation, tab=form.cleaned_data["tab"] or uuid4().hex)
    if turn.is_new:
        begun = TurnBegun(turn.question, turn.generation, form.cleaned_data["text"], has_files)
        articles = [question_view(begun), active_article_view(turn.generation)]
        context = pages.chat_context(person, replace(place, begun=articles), catalogue)
        context["page_state"] = PageState(turn.revision)
    else:
        context = pages.chat_context(person, place, catalogue)
    url = reverse("conversation", args=[conversation.public_id])
    return push_url(render_exchanged_page(request, context), url)


async def _answer_sent(
    request: Request, turn: turns.Turn, has_files: bool, tab: str
) -> HttpResponse:
    """The articles come over the page's socket, in one order with what follows. A page whose socket
    is not connected gets them here, with a fresh composer."""
    topic = conversation_topic(turn.conversation.public_id)
    is_connected = await hub.has_tab(topic, tab)
    if is_connected and turn.is_new and not has_files:
        # Little, as it is made while the model begins, and without a query.
        context = {"composer": {"request_id": uuid4()}}
        html = render_to_string("conversations/_composer_emptied.html", context)
        return reswap(HttpResponse(html), "none")
    return await _composer(request, turn.conversation, tab, is_connected)


@with_models(known_models)
def _composer(
    request: Request,
    catalogue: Catalogue,
    conversation: Conversation,
    tab: str,
    is_connected: bool,
) -> HttpResponse:
    person = person_of(request)
    profiles = list(prompt_profiles_of(person))
    chosen = usual_choices(conversation, profiles)
    revision = conversation.revision  # before the rows are read: the answer may end meanwhile
    shown = newest_page(conversation)
    gauge = frames.newest_gauge(shown.articles)
    composer = composer_of(person, conversation, catalogue, chosen, profiles, tab=tab, gauge=gauge)
    busy = busy_article(shown.articles)
    context = {"composer": composer.with_action(conversation, busy)}
    response = render(request, "conversations/_composer.html", context)
    if not is_connected:
        articles = frames.messages(shown.articles, shown.older_before, conversation)
        state = frames.page_state(PageState(revision))
        response.write(articles + state)
    return response


@in_one_thread
def message_named(request: Request, key: UUID, message_key: UUID) -> Message:
    return message_for(person_of(request), key, message_key)


@require_POST
async def stop(request: Request, key: UUID, message_key: UUID) -> HttpResponse:
    message = await message_named(request, key, message_key)
    await runner.stop(message)
    return await answer_with_page(request, message.conversation)


@require_POST
async def retry(request: Request, key: UUID, message_key: UUID) -> HttpResponse:
    message = await message_named(request, key, message_key)
    begun = turns.regenerate_answer(person_of(request), message)
    return await answer_begun(request, message.conversation, begun)


@require_POST
async def continue_message(request: Request, key: UUID, message_key: UUID) -> HttpResponse:
    message = await message_named(request, key, message_key)
    begun = turns.continue_answer(person_of(request), message)
    return await answer_begun(request, message.conversation, begun)


async def answer_begun(
    request: Request, conversation: Conversation, begun: Awaitable[turns.Turn]
) -> HttpResponse:
    """The page with the answer that is being written, or why none is."""
    try:
        turn = await begun
    except turns.TurnRefused as refusal:
        return await answer_with_refusal(request, refusal, conversation)
    return await answer_with_page(request, turn.conversation)


async def answer_with_refusal(
    request: Request, refusal: turns.TurnRefused, conversation: Conversation
) -> HttpResponse:
    toast = Toast(str(refusal), kind="error")
    if request.htmx:
        return HttpResponse(frames.toast(toast))
    return await _render_refusal(request, conversation, toast, refusal.status)


@with_models(detect_models)
def _render_refusal(
    request: Request, catalogue: Catalogue, conversation: Conversation, toast: Toast, status: int
) -> HttpResponse:
    place = pages.Place(conversation)
    context = pages.chat_context(person_of(request), place, catalogue) | {"toast": toast}
    return render(request, "conversations/chat.html", context, status=status)


async def answer_with_page(request: Request, conversation: Conversation) -> HttpResponse:
    """Back to the page; with htmx a fresh picture, unless the page's socket brings it."""
    if not request.htmx:
        return to_conversation(request, conversation)
    topic = conversation_topic(conversation.public_id)
    if await hub.has_tab(topic, request.POST.get("tab", "")):
        return HttpResponse(status=204)
    return HttpResponse(await _fresh_picture(conversation))


@in_one_thread
def _fresh_picture(conversation: Conversation) -> str:
    conversation.refresh_from_db()
    return pages.fresh_picture(conversation)
