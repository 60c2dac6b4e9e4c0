"""Where a person allows or declines a tool call."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from chatstudio.base.http import Request
from conversations.answering import approvals, turns
from conversations.answering.seam import in_thread
from conversations.answering.tool_calls import state_of
from conversations.forms import DecisionForm
from conversations.lookup import person_of, tool_call_for
from conversations.models import ToolCall
from conversations.showing.calls_shown import call_view
from conversations.showing.sidebar import sidebar_shown
from conversations.views.turns import done, refused


@require_http_methods(["GET", "HEAD", "POST"])
async def decide(request: Request, key: UUID, call_key: UUID) -> HttpResponse:
    """A page of its own too: from there a reason can be given without script."""
    person = person_of(request)
    call = await in_thread(tool_call_for, person, key, call_key)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return await in_thread(_page, request, call, form)
    data = form.cleaned_data
    try:
        conversation = await approvals.decide(person, call, data["decision"], data["reason"])
    except turns.TurnRefused as refusal:
        return await refused(request, refusal, call.generation.answer.conversation)
    return await done(request, conversation)


def _page(request: Request, call: ToolCall, form: DecisionForm) -> HttpResponse:
    conversation = call.generation.answer.conversation
    context = {
        "call": call_view(state_of(call)),
        "conversation": conversation,
        "error": next((str(errors[0]) for errors in form.errors.values()), ""),
        "sidebar": sidebar_shown(request, conversation.public_id),
    }
    status = 422 if context["error"] else 200
    return render(request, "conversations/decide.html", context, status=status)
