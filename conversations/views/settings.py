"""A conversation's own settings: parameters, tools, and the summary of what no longer fits."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from chatstudio.base.http import Request
from conversations.answering import services, summaries
from conversations.answering.seam import in_thread
from conversations.forms import ConversationSettingsForm
from conversations.lookup import conversation_for, person_of
from conversations.showing.sidebar import sidebar_shown
from conversations.showing.tool_choices import Offered, find_tools, tools_of_conversation
from conversations.tool_names import read_tool_names
from routing.llm.catalogue import Catalogue
from routing.llm.servers import known_models


@require_http_methods(["GET", "HEAD", "POST"])
async def conversation_settings(request: Request, key: UUID) -> HttpResponse:
    """Tools are looked for where they are going to be shown."""
    form = await in_thread(_read_form, request, key)
    if form is None:
        return HttpResponseRedirect(reverse("conversation", args=[key]))
    tools = await find_tools(person_of(request))
    return await in_thread(_show_form, request, key, form, tools, await known_models())


def _read_form(request: Request, key: UUID) -> ConversationSettingsForm | None:
    """None where it was saved."""
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
    if request.method != "POST" or not form.is_valid():
        return form
    data = form.cleaned_data
    services.change_settings(
        conversation,
        form.parameters(),
        data["summarises"],
        form.tool_names(conversation.chosen_tools),
        summary,
        data["summary"],
    )
    return None


def _show_form(
    request: Request,
    key: UUID,
    form: ConversationSettingsForm,
    tools: Offered,
    catalogue: Catalogue,
) -> HttpResponse:
    conversation = conversation_for(person_of(request), key)
    names = form.shown_names(read_tool_names(conversation.chosen_tools))
    context = {
        "form": form,
        "conversation": conversation,
        "summary": summaries.current_summary(conversation),
        "tool_list": tools_of_conversation(conversation, names, tools, catalogue),
        "sidebar": sidebar_shown(request, key),
    }
    status = 422 if form.errors else 200
    return render(request, "conversations/settings.html", context, status=status)
