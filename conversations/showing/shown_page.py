"""The chat page, as a whole document or in the place of the one that a document shows."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.http import reswap, retarget

from chatstudio.base.http import Request


def tab_of(request: Request) -> str:
    """The open document that asks for a page, if one does."""
    return request.headers.get("Chat-Tab", "")[:64]


def render_page(request: Request, context: dict[str, object]) -> HttpResponse:
    """For the tab that the context was made for, or as a document. Browsers keep one apart from
    the other."""
    if not tab_of(request):
        response = render(request, "conversations/chat.html", context)
    else:
        response = render_exchanged_page(request, context)
    patch_vary_headers(response, ["Chat-Tab"])
    return response


def render_exchanged_page(request: Request, context: dict[str, object]) -> HttpResponse:
    response = render(request, "conversations/page.html", context)
    return retarget(reswap(response, "outerHTML"), ".page")
