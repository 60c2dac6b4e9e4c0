"""The composer again, where what it sent was not taken."""

from django.http import HttpResponse
from django.shortcuts import render

from chatstudio.base.http import Request
from conversations.answering.seam import with_models
from conversations.lookup import person_of
from conversations.models import Conversation
from conversations.showing import pages
from conversations.showing.composer import Refused
from routing.llm.catalogue import Catalogue
from routing.llm.servers import detect_models


@with_models(detect_models)
def render_refused_composer(
    request: Request,
    catalogue: Catalogue,
    conversation: Conversation | None,
    error: str,
    status: int,
) -> HttpResponse:
    """The form again as the person had set it, with their words in it and what was wrong."""
    refused, place = Refused(request.POST.dict(), error), pages.Place(conversation)
    context = pages.chat_context(person_of(request), place, catalogue, refused=refused)
    template = "_composer" if request.htmx else "chat"
    return render(request, f"conversations/{template}.html", context, status=status)
