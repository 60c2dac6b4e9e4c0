"""Where every program comes in: who it is and what it sends is looked at before anything else.

The API's own doors and their library are loaded when the first program asks, so that a server
which nobody asks stays as small as it was.
"""

import asyncio
from importlib import import_module
from inspect import iscoroutinefunction
from threading import Event
from urllib.parse import unquote

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, ResolverMatch, resolve
from django.views.decorators.csrf import csrf_exempt

from chatstudio.api.caller import identify, refuse_foreign
from chatstudio.api.watching import watch_rights
from chatstudio.base.api.errors import ApiError, failure
from chatstudio.base.http import JSON
from chatstudio.base.text import is_storable

DOORS = "chatstudio.api.urls"
LOADED = Event()


@csrf_exempt
@login_not_required
async def door(request: HttpRequest, **kwargs: str) -> HttpResponseBase:
    try:
        refuse_foreign(request)
        await identify(request)
        refuse_unreadable(request)
        match = await _resolve_door(request.path_info)
    except ApiError as error:
        return failure(request, error)
    view = match.func if iscoroutinefunction(match.func) else sync_to_async(match.func)
    answer: HttpResponseBase = await view(request, *match.args, **match.kwargs)
    return watch_rights(request, answer)


async def _resolve_door(path: str) -> ResolverMatch:
    if not LOADED.is_set():
        await asyncio.to_thread(import_module, DOORS)
        LOADED.set()
    try:
        return _resolve_either(path)
    except Resolver404:
        raise ApiError(404) from None


def _resolve_either(path: str) -> ResolverMatch:
    """Programs that put addresses together may end them with a slash."""
    try:
        return resolve(path, DOORS)
    except Resolver404:
        return resolve(path.rstrip("/"), DOORS)


def refuse_unreadable(request: HttpRequest) -> None:
    if not is_storable(unquote(request.get_full_path())):
        raise ApiError(400, "An address cannot hold the character NUL.", "invalid_text")
    if request.content_type not in (JSON, ""):
        return
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    body = request.read(limit + 1)
    if len(body) > limit:
        raise ApiError(413, f"A request holds at most {limit // 1024**2} MB.")
    request._body = body
