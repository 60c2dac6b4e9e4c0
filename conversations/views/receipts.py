"""How an answer came about: as a page, as a fold below the answer, as JSON."""

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from chatstudio.base.http import Request
from conversations.lookup import answer_for, person_of
from conversations.showing.receipt_views import as_json, receipt_view
from conversations.showing.sidebar import sidebar_shown


@require_safe
def receipt(request: Request, key: UUID, message_key: UUID) -> HttpResponse:
    message = answer_for(person_of(request), key, message_key)
    context = {
        "message": message,
        "conversation": message.conversation,
        "receipts": [receipt_view(generation) for generation in message.generations.all()],
    }
    if request.htmx:
        return render(request, "conversations/_receipt.html", context)
    context["sidebar"] = sidebar_shown(request, key)
    return render(request, "conversations/receipt.html", context)


@require_safe
def receipt_json(request: Request, key: UUID, message_key: UUID) -> JsonResponse:
    message = answer_for(person_of(request), key, message_key)
    return JsonResponse({"success": True, **as_json(message)})
