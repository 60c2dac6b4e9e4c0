"""A thumb up or down for an answer, and the place to say why."""

from uuid import UUID

from asgiref.sync import sync_to_async
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from chatstudio.base.http import Request
from conversations.answering import feedback as service
from conversations.answering import history
from conversations.carrying.hub import conversation_topic, hub
from conversations.forms import FeedbackForm
from conversations.lookup import aperson_of, message_for
from conversations.models import Message
from conversations.showing import frames
from conversations.showing.frames import Toast
from conversations.showing.presenting import present
from conversations.showing.sidebar import sidebar_shown


@require_http_methods(["GET", "HEAD", "POST"])
async def feedback(request: Request, key: UUID, message_key: UUID) -> HttpResponse:
    person = await aperson_of(request)
    message = await sync_to_async(message_for)(person, key, message_key)
    if request.method != "POST":
        return await sync_to_async(_form)(request, message)
    form = FeedbackForm(request.POST)
    if not form.is_valid():
        return await sync_to_async(_form)(request, message, form.sentence, 422)
    value, reason = form.cleaned_data["value"], form.cleaned_data["reason"]
    try:
        if "reason" in request.POST:
            await service.explain(message, value, reason)
        else:
            await service.rate(message, value)
    except service.FeedbackRefused as refusal:
        return await _refused(request, message, str(refusal))
    return await _done(request, message)


def _form(request: Request, message: Message, error: str = "", status: int = 200) -> HttpResponse:
    """Where to say why: within the article, or as a page of its own."""
    given = getattr(message, "feedback", None)
    context = {
        "message": message,
        "value": request.POST.get("value") or (given.value if given else ""),
        "reason": request.POST.get("reason", given.reason if given else ""),
        "error": error,
    }
    if request.htmx:
        return render(request, "conversations/_feedback_form.html", context, status=status)
    context["sidebar"] = sidebar_shown(request, message.conversation.public_id)
    return render(request, "conversations/feedback.html", context, status=status)


async def _refused(request: Request, message: Message, sentence: str) -> HttpResponse:
    if request.htmx:
        return HttpResponse(frames.toast(Toast(sentence, kind="error")))
    return await sync_to_async(_form)(request, message, sentence, 409)


async def _done(request: Request, message: Message) -> HttpResponse:
    """Back to the answer; with htmx the article again, unless the page's socket brings it."""
    conversation = message.conversation
    if not request.htmx:
        page = reverse("conversation", args=[conversation.public_id])
        return HttpResponseRedirect(f"{page}#{frames.message_id(message.public_id)}")
    if await hub.has_tab(conversation_topic(conversation.public_id), request.POST.get("tab", "")):
        return HttpResponse(status=204)
    return HttpResponse(await sync_to_async(_article)(message))


def _article(message: Message) -> str:
    (row,) = history.branch(message.id, 1, page_of=message.conversation)
    return frames.article(present(row))
