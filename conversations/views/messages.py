"""What of a very long message does not stand on its page: piece by piece, and all of it as text."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from chatstudio.base.http import Request
from conversations.lookup import message_for, person_of
from conversations.showing.article_views import piece_view
from conversations.showing.sidebar import sidebar_shown

MOST_DIGITS = 12


@require_safe
def more(request: Request, key: UUID, message_key: UUID, position: int) -> HttpResponse:
    """The piece that `?from=` names, behind the one before it or, without script, as a page."""
    message = message_for(person_of(request), key, message_key)
    start = request.GET.get("from", "")
    if not start.isdecimal() or len(start) > MOST_DIGITS:
        raise Http404
    shown = {"public_id": message.public_id, "conversation_id": key, "role": message.role}
    context = {"message": shown, "part": piece_view(message, position, int(start))}
    if request.htmx:
        return render(request, "conversations/_more.html", context)
    context |= {"conversation": message.conversation, "sidebar": sidebar_shown(request, key)}
    return render(request, "conversations/more.html", context)


@require_safe
def text(request: Request, key: UUID, message_key: UUID) -> HttpResponse:
    """As it was written."""
    message = message_for(person_of(request), key, message_key)
    return HttpResponse(message.text, "text/plain; charset=utf-8")
