"""The composer again, where what it sent was not taken."""

from django.http import HttpResponse
from django.shortcuts import render

from chatstudio.base.http import Request
from conversations.answering.seam import in_thread
from conversations.lookup import person_of, usable_prompt_profile
from conversations.models import Conversation
from conversations.showing import pages
from conversations.showing.models_shown import models_shown
from routing.llm.catalogue import Catalogue
from routing.llm.references import split_ref
from routing.llm.servers import detect_models
from routing.strategies import STRATEGIES


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
    person, typed = person_of(request), request.POST
    text, tab = typed.get("text", ""), typed.get("tab", "")[:64]
    profile = usable_prompt_profile(person, typed.get("prompt_profile", ""))
    place = pages.Place(conversation, prompt_profile=profile)
    context = pages.chat_context(person, place, catalogue, text, error)
    context["composer"]["tab"] = tab or context["composer"]["tab"]
    name, server = split_ref(typed.get("model", ""))
    if name and catalogue.find(name, server):  # as chosen for this message
        context["composer"]["models"] = models_shown(catalogue, name, server).choices
    if typed.get("routing_profile") in STRATEGIES:  # likewise
        routing = pages.routing_context(typed["routing_profile"])
        context["composer"] |= routing | {"routing_note": ""}
    template = "_composer" if request.htmx else "chat"
    return render(request, f"conversations/{template}.html", context, status=status)
