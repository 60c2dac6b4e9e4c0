"""The keys, as a page of their own and as what the `?` key shows."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from chatstudio.base.http import Request
from conversations.showing.sidebar import sidebar_shown


@require_safe
def keyboard(request: Request) -> HttpResponse:
    if request.htmx:
        return render(request, "_keyboard.html")
    return render(request, "keyboard.html", {"sidebar": sidebar_shown(request)})
