"""The ways through a conversation's tree: edit, answer again, go between versions, compare."""

from uuid import UUID, uuid4

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import reswap, retarget

from chatstudio.base.http import Request
from conversations.answering import turns
from conversations.answering.seam import in_one_thread, in_thread, with_models
from conversations.answering.turns.writing import Route
from conversations.forms import AgainForm, EditForm
from conversations.lookup import answer_for, as_uuid, message_for, person_of
from conversations.models import Message
from conversations.showing import comparing
from conversations.showing.model_choices import list_model_choices
from conversations.showing.routing_choices import routing_choices
from conversations.showing.sidebar import sidebar_shown
from conversations.views.turns import (
    answer_begun,
    answer_with_page,
    answer_with_refusal,
    message_named,
)
from routing.llm.catalogue import Catalogue
from routing.llm.servers import detect_models, split_ref


@require_http_methods(["GET", "HEAD", "POST"])
async def edit(request: Request, key: UUID, message_key: UUID) -> HttpResponse:
    if request.method != "POST":
        return await _edit_form(request, key, message_key, EditForm())
    message, form = await in_thread(_read_edit, request, key, message_key)
    if not form.is_valid():
        return await _edit_form(request, key, message_key, form)
    text, request_id = form.cleaned_data["text"], form.cleaned_data["request_id"]
    begun = turns.edit_question(person_of(request), message, text, request_id)
    return await answer_begun(request, message.conversation, begun)


def _read_edit(request: Request, key: UUID, message_key: UUID) -> tuple[Message, EditForm]:
    message = _question(request, key, message_key)
    return message, EditForm(request.POST, has_files=message.attachments.exists())


def _question(request: Request, key: UUID, message_key: UUID) -> Message:
    message = message_for(person_of(request), key, message_key)
    if message.role != Message.Role.USER:
        raise Http404
    return message


@in_one_thread
def _edit_form(request: Request, key: UUID, message_key: UUID, form: EditForm) -> HttpResponse:
    message = _question(request, key, message_key)
    error = next((str(errors[0]) for errors in form.errors.values()), "")
    context = {
        "message": message,
        "conversation": message.conversation,
        "text": form.data.get("text", "") if form.is_bound else message.text,
        "has_files": message.attachments.exists(),
        "request_id": uuid4(),
        "error": error,
    }
    template = "_edit" if request.htmx else "edit"
    if not request.htmx:
        context["sidebar"] = sidebar_shown(request, message.conversation.public_id)
    status = 422 if error else 200
    return render(request, f"conversations/{template}.html", context, status=status)


@require_POST
async def show(request: Request, key: UUID, message_key: UUID) -> HttpResponse:
    """The branch of this message becomes the one that is shown, on every page."""
    message = await message_named(request, key, message_key)
    try:
        conversation = await in_thread(turns.show_branch, message)
    except turns.TurnRefused as refusal:
        return await answer_with_refusal(request, refusal, message.conversation)
    return await answer_with_page(request, conversation)


@require_http_methods(["GET", "HEAD", "POST"])
async def again(request: Request, key: UUID, message_key: UUID) -> HttpResponse:
    """Another answer to the same question, by another model or routing profile."""
    form = AgainForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return await _again_form(request, key, message_key, form)
    message = await in_thread(answer_for, person_of(request), key, message_key)
    name, server = split_ref(form.cleaned_data["model"])
    route = Route(name[:255], server[:255], form.cleaned_data["routing_profile"])
    begun = turns.regenerate_answer(person_of(request), message, route)
    return await answer_begun(request, message.conversation, begun)


@with_models(detect_models)
def _again_form(
    request: Request, catalogue: Catalogue, key: UUID, message_key: UUID, form: AgainForm
) -> HttpResponse:
    message = answer_for(person_of(request), key, message_key)
    conversation = message.conversation
    shown = list_model_choices(catalogue, conversation.model_name, conversation.server)
    context = {
        "message": message,
        "conversation": conversation,
        "models": shown.choices,
        "profiles": routing_choices(conversation.routing_profile),
        "error": next((str(errors[0]) for errors in form.errors.values()), ""),
    }
    status = 422 if context["error"] else 200
    if request.htmx:
        dialog = render(request, "conversations/_again.html", context, status=status)
        return retarget(reswap(dialog, "innerHTML"), "#act")
    context["sidebar"] = sidebar_shown(request, conversation.public_id)
    return render(request, "conversations/again.html", context, status=status)


@require_safe
def compare(request: Request, key: UUID, message_key: UUID) -> HttpResponse:
    """This answer beside another one to the same question: the one named by ?with=, else the
    one before."""
    person = person_of(request)
    message = message_for(person, key, message_key)
    named = request.GET.get("with")
    other = message_for(person, key, as_uuid(named)) if named else None
    first, second = comparing.pair(message, other)
    comparison = comparing.compare(first, second)
    if request.GET.get("view") != "source":
        comparison = comparing.render_sides(comparison, first, second)
    context = {
        "comparison": comparison,
        "wants_source": request.GET.get("view") == "source",
        "own_url": f"?with={(second if message == first else first).public_id}",
        "others": comparing.others(first, second),
        "conversation": message.conversation,
        "sidebar": sidebar_shown(request, key),
    }
    return render(request, "conversations/compare.html", context)
