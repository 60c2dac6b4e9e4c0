"""The page's news by HTTP, for a page whose websocket does not come through."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from chatstudio.base.http import Request
from conversations.answering.seam import in_thread
from conversations.lookup import conversation_for, person_of
from conversations.showing import polling


@require_safe
async def live(request: Request, key: UUID | None = None) -> HttpResponse:
    """Frames, as the socket would have brought them, or 204 while the page shows it all."""
    person = person_of(request)
    conversation = await in_thread(conversation_for, person, key) if key else None
    written = polling.written_here(conversation) if conversation else None
    seen = polling.Seen.of(request.GET)
    html = await in_thread(polling.news, person, conversation, seen, written)
    return HttpResponse(html) if html else HttpResponse(status=204)
