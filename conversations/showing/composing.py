"""The composer again, where what it sent was not taken."""

from django.http import HttpResponse
from django.shortcuts import render

from chatstudio.base.http import Request
from conversations.answering.seam import in_thread
from conversations.lookup import person_of
from conversations.models import Conversation
from conversations.showing import pages
from conversations.showing.composer import Refused
from routing.llm.catalogue import Catalogue
from routing.llm.servers import detect_models


async def refused_composer(
    request: Request, conversation: Conversation | None, error: str, status: int
) -> HttpResponse:
    """The form again with the person's words in it and what was wrong."""
    models = await detect_models()
    return await in_thread(_refused_composer, request, conversation, error, status, models)


def _refused_composer(
    request: Request,
    conversation: Conversation | None,
    error: str,
    status: int,
    catalogue: Catalogue,
) -> HttpResponse:
    refused, place = Refused(request.POST.dict(), error), pages.Place(conversation)
    context = pages.chat_context(person_of(request), place, catalogue, refused=refused)
    template = "_composer" if request.htmx else "chat"
    return render(request, f"conversations/{template}.html", context, status=status)
