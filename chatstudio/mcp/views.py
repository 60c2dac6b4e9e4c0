"""Which MCP servers there are, how they are, and starting one again: for administrators; for
everybody else these doors do not exist."""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Concatenate, cast

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from chatstudio.base.http import Request
from chatstudio.models import User
from conversations.answering.seam import in_thread
from conversations.showing.sidebar import sidebar_for
from routing.mcp import servers
from routing.mcp.config import McpConfigError
from routing.mcp.session import McpError

type Answer = Coroutine[object, None, HttpResponse]


def administrators_only[**P](
    view: Callable[Concatenate[Request, User, P], Answer],
) -> Callable[Concatenate[Request, P], Answer]:
    @wraps(view)
    async def guarded(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        person = cast(User, await request.auser())
        if not person.is_administrator:
            raise Http404
        return await view(request, person, *args, **kwargs)

    return guarded


@administrators_only
@require_safe
async def index(request: Request, person: User) -> HttpResponse:
    context: dict[str, object] = {"config": settings.MCP_CONFIG}
    try:
        context["servers"] = await servers.states()
    except McpConfigError as error:
        context["problem"] = str(error)

    return await in_thread(_render_page, request, person, context)


def _render_page(request: Request, person: User, context: dict[str, object]) -> HttpResponse:
    context["sidebar"] = sidebar_for(person)
    return render(request, "mcp.html", context)


@administrators_only
@require_POST
async def restart(request: Request, person: User) -> HttpResponse:
    """A server that does not start says why on the page."""
    name = request.POST.get("name", "")
    try:
        await servers.restart(name)
    except KeyError:
        raise Http404 from None
    except (McpError, McpConfigError):
        pass
    return HttpResponseRedirect(reverse("mcp"))
