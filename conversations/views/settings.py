"""A conversation's own settings: parameters, and the summary of what no longer fits."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from chatstudio.base.http import Request
from conversations.answering import services, summaries
from conversations.forms import ConversationSettingsForm
from conversations.lookup import conversation_for, person_of
from conversations.showing.sidebar import sidebar_shown


@require_http_methods(["GET", "HEAD", "POST"])
def conversation_settings(request: Request, key: UUID) -> HttpResponse:
    conversation = conversation_for(person_of(request), key)
    summary = summaries.current_summary(conversation)
    form = ConversationSettingsForm(
        request.POST if request.method == "POST" else None,
        initial={
            "summarises": conversation.summarises,
            "summary": summary.text if summary else "",
        },
    )
    form.fill(conversation.parameters)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        services.change_settings(
            conversation, form.parameters(), data["summarises"], summary, data["summary"]
        )
        return HttpResponseRedirect(reverse("conversation", args=[key]))
    context = {
        "form": form,
        "conversation": conversation,
        "summary": summary,
        "sidebar": sidebar_shown(request, key),
    }
    status = 422 if form.errors else 200
    return render(request, "conversations/settings.html", context, status=status)
