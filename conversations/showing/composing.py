"""The composer again, where what it sent was not taken."""

from asgiref.sync import sync_to_async
from django.http import HttpResponse
from django.shortcuts import render

from chatstudio.base.http import Request
from chatstudio.models import User
from conversations.models import Conversation
from conversations.showing import pages
from conversations.showing.composer import Refused
from routing.llm.servers import detect_models


async def refused_composer(
    request: Request,
    person: User,
    conversation: Conversation | None,
    error: str,
    status: int,
) -> HttpResponse:
    """The form again as the person had set it, with their words in it and what was wrong."""
    catalogue = await detect_models()

    def answer() -> HttpResponse:
        refused = Refused(request.POST.dict(), error)
        context = pages.chat_context(person, pages.Place(conversation), catalogue, refused=refused)
        template = "_composer" if request.htmx else "chat"
        return render(request, f"conversations/{template}.html", context, status=status)

    return await sync_to_async(answer)()
