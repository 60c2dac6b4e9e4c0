"""A conversation's own settings: parameters, and the summary of what no longer fits."""

from uuid import UUID

from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from chatstudio.base.http import Request
from conversations import summaries
from conversations.forms import ConversationSettingsForm
from conversations.lookup import conversation_for
from conversations.models import Conversation, HistorySummary
from conversations.views.chat import person_of, sidebar_shown
from routing.types import Parameters


@require_http_methods(["GET", "HEAD", "POST"])
def conversation_settings(request: Request, key: UUID) -> HttpResponse:
    conversation = conversation_for(person_of(request), key)
    summary = summaries.current(conversation)
    form = ConversationSettingsForm(
        request.POST if request.method == "POST" else None,
        initial={
            "summarises": conversation.summarises,
            "summary": summary.text if summary else "",
        },
    )
    form.fill(Parameters.from_dict(conversation.parameters))
    if request.method == "POST" and form.is_valid():
        _save(conversation, summary, form)
        return HttpResponseRedirect(reverse("conversation", args=[key]))
    context = {
        "form": form,
        "conversation": conversation,
        "summary": summary,
        "sidebar": sidebar_shown(request, key),
    }
    status = 422 if form.errors else 200
    return render(request, "conversations/settings.html", context, status=status)


def _save(
    conversation: Conversation, summary: HistorySummary | None, form: ConversationSettingsForm
) -> None:
    """An emptied summary is taken away; the next long turn makes another."""
    text = form.cleaned_data["summary"].replace("\r\n", "\n").strip()
    with transaction.atomic():
        Conversation.objects.filter(id=conversation.id).update(
            parameters=form.parameters(), summarises=form.cleaned_data["summarises"]
        )
        if summary and not text:
            summary.delete()
        elif summary and text != summary.text:
            summary.text, summary.is_edited = text, True
            summary.save(update_fields=["text", "is_edited", "updated_at"])
