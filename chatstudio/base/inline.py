"""Django's own middlewares that wait for nothing run where they are.

Under ASGI Django takes both halves of each of them to a thread and back, as a middleware might wait
for a database. Twelve such ways cost a request some 4 ms; these only look at headers and cookies.
"""

from typing import Any

from asgiref.sync import SyncToAsync
from django.conf import settings
from django.core.signals import request_started
from django.db import close_old_connections, reset_queries
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.middleware.gzip import GZipMiddleware
from django.utils.module_loading import import_string

WAIT_FOR_NOTHING = (
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
)
LITTLE = 16_000
"""Bytes that are parsed or compressed in less time than the way to a thread takes."""


def run_inline(application: Any) -> None:
    """For the rest of this process. Their names in the settings stay Django's, which is what
    `check --deploy` looks for."""
    for name in settings.MIDDLEWARE:
        if name in WAIT_FOR_NOTHING:
            import_string(name).__acall__ = answer
    GZipMiddleware.__acall__ = answer_compressed  # type: ignore[assignment,method-assign]
    views = application._view_middleware
    application._view_middleware = [_inline_where_csrf(one) for one in views]
    # A request has a thread of its own, where there is no connection yet that could be old.
    for receiver in (reset_queries, close_old_connections):
        request_started.disconnect(receiver)


async def answer(middleware: Any, request: HttpRequest) -> HttpResponseBase:
    """As `MiddlewareMixin.__acall__`, without its threads."""
    response = None
    if hasattr(middleware, "process_request"):
        response = middleware.process_request(request)
    response = response or await middleware.get_response(request)
    if hasattr(middleware, "process_response"):
        response = middleware.process_response(request, response)
    return response  # type: ignore[no-any-return]


async def answer_compressed(middleware: Any, request: HttpRequest) -> HttpResponseBase:
    response: HttpResponseBase = await middleware.get_response(request)
    compress = middleware.process_response
    if isinstance(response, HttpResponse) and len(response.content) > LITTLE:
        compress = SyncToAsync(compress, thread_sensitive=True)
        return await compress(request, response)  # type: ignore[no-any-return]
    return compress(request, response)  # type: ignore[no-any-return]


def _inline_where_csrf(view_middleware: Any) -> Any:
    """The token may stand in the form, which takes its time only where it is a long one."""
    look = getattr(view_middleware, "func", None)
    if not isinstance(getattr(look, "__self__", None), CsrfViewMiddleware):
        return view_middleware

    async def look_for_token(request: HttpRequest, *args: Any) -> HttpResponseBase | None:
        length = request.META.get("CONTENT_LENGTH") or ""  # in pieces, a form does not tell it
        is_short = length.isdecimal() and int(length) <= LITTLE
        is_inline = is_short or request.method in ("GET", "HEAD")
        return look(request, *args) if is_inline else await view_middleware(request, *args)  # type: ignore[misc,no-any-return]

    return look_for_token
