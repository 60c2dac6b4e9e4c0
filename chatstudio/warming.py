"""What whoever comes first would otherwise wait for, done when a server starts."""

import asyncio
import logging

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from chatstudio.local import local_person
from chatstudio.models import User
from conversations.showing.pages import Place, chat_context
from routing.llm.catalogue import Catalogue
from routing.llm.servers import detect_models

logger = logging.getLogger(__name__)

looks: set[asyncio.Task[Catalogue]] = set()


def warm_up_pages() -> None:
    """Imports every view and form, and compiles the chat page's templates: a tenth of a second."""
    reverse("chat")
    try:
        render_chat_page()
    except Exception:
        logger.exception("The chat page could not be made in advance")


def render_chat_page() -> None:
    """For nobody, and without models."""
    is_local = settings.AUTH_MODE == "local"
    person = local_person() if is_local else User.objects.filter(is_active=True).first()
    if person is not None:
        request = HttpRequest()
        request.user = person
        context = chat_context(person, Place(), Catalogue())
        render_to_string("conversations/chat.html", context, request)


def look_for_models() -> None:
    """The first page joins this look, or finds what it saw."""
    look = asyncio.ensure_future(detect_models())
    looks.add(look)
    look.add_done_callback(looks.discard)
