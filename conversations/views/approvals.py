"""Where a person allows or declines a tool call."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from chatstudio.base.http import Request
from conversations.answering import approvals, turns
from conversations.answering.seam import in_one_thread, in_thread
from conversations.answering.tool_calls import state_of
from conversations.forms import AnswerForm, DecisionForm
from conversations.lookup import person_of, tool_call_for
from conversations.models import ToolCall
from conversations.showing.call_views import call_view
from conversations.showing.sidebar import sidebar_shown
from conversations.views.turns import answer_with_page, answer_with_refusal


@require_http_methods(["GET", "HEAD", "POST"])
async def decide(request: Request, key: UUID, call_key: UUID) -> HttpResponse:
    """A page of its own too: from there a reason can be given without script."""
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return await _page(request, key, call_key, form)
    person, data = person_of(request), form.cleaned_data
    call = await in_thread(tool_call_for, person, key, call_key)
    answer = AnswerForm.for_call(call, request.POST)
    if answer and data["decision"] != ToolCall.Decision.DENIED and not answer.is_valid():
        return await _page(request, key, call_key, form, answer)
    try:
        conversation = await approvals.decide_on_call(
            person, call, data["decision"], data["reason"], answer.answer if answer else None
        )
    except turns.TurnRefused as refusal:
        return await answer_with_refusal(request, refusal, call.generation.answer.conversation)
    return await answer_with_page(request, conversation)


@in_one_thread
def _page(
    request: Request,
    key: UUID,
    call_key: UUID,
    form: DecisionForm,
    answer: AnswerForm | None = None,
) -> HttpResponse:
    call = tool_call_for(person_of(request), key, call_key)
    conversation = call.generation.answer.conversation
    context = {
        "call": call_view(state_of(call)),
        "conversation": conversation,
        "form": answer or AnswerForm.for_call(call),
        "error": next((str(errors[0]) for errors in form.errors.values()), ""),
        "sidebar": sidebar_shown(request, conversation.public_id),
    }
    status = 422 if context["error"] or answer else 200
    return render(request, "conversations/decide.html", context, status=status)
