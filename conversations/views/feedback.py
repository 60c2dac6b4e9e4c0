"""A thumb up or down for an answer, and the place to say why."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from chatstudio.base.http import Request
from conversations.answering import feedback as service
from conversations.answering.history.tree import branch
from conversations.answering.seam import in_thread
from conversations.carrying.hub import conversation_topic, hub
from conversations.forms import FeedbackForm
from conversations.lookup import message_for, person_of
from conversations.models import Message
from conversations.showing import frames
from conversations.showing.article_views import article_view
from conversations.showing.frames import Toast
from conversations.showing.sidebar import sidebar_shown


@require_http_methods(["GET", "HEAD", "POST"])
async def feedback(request: Request, key: UUID, message_key: UUID) -> HttpResponse:
    is_connected = await hub.has_tab(conversation_topic(key), request.POST.get("tab", ""))
    return await in_thread(_feedback, request, key, message_key, is_connected)


def _feedback(request: Request, key: UUID, message_key: UUID, is_connected: bool) -> HttpResponse:
    message = message_for(person_of(request), key, message_key)
    if request.method != "POST":
        return _form(request, message)
    form = FeedbackForm(request.POST)
    if not form.is_valid():
        return _form(request, message, form.sentence, 422)
    value, reason = form.cleaned_data["value"], form.cleaned_data["reason"]
    try:
        if "reason" in request.POST:
            service.explain(message, value, reason)
        else:
            service.rate(message, value)
    except service.FeedbackRefused as refusal:
        if request.htmx:
            return HttpResponse(frames.toast(Toast(str(refusal), kind="error")))
        return _form(request, message, str(refusal), 409)
    return _answer_with_article(request, message, is_connected)


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


def _answer_with_article(request: Request, message: Message, is_connected: bool) -> HttpResponse:
    """Back to the answer; with htmx the article again, unless the page's socket brings it."""
    if not request.htmx:
        page = reverse("conversation", args=[message.conversation.public_id])
        return HttpResponseRedirect(f"{page}#{frames.message_id(message.public_id)}")
    if is_connected:
        return HttpResponse(status=204)
    (row,) = branch(message.id, 1, page_of=message.conversation)
    return HttpResponse(frames.article(article_view(row)))
