"""What Django itself refuses below /api/ and /v1/ is told in the API's envelope too."""

from collections.abc import Awaitable, Callable
from typing import cast

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from chatstudio.api.door import door
from chatstudio.base.api.errors import ApiError, failure, is_api
from chatstudio.base.http import JSON

type Sync = Callable[[HttpRequest], HttpResponseBase]
type Async = Callable[[HttpRequest], Awaitable[HttpResponseBase]]


REASONS = {
    400: "Ask at the address that Chat Studio printed at its start; others stand in ALLOWED_HOSTS.",
    403: "Without accounts Chat Studio answers on its own machine alone: ask at 127.0.0.1.",
}
"""Before any door, Django and our middleware refuse for these alone."""


@sync_and_async_middleware
def ApiErrorsMiddleware(get_response: Sync | Async) -> Sync | Async:
    if iscoroutinefunction(get_response):
        following = cast(Async, get_response)

        async def amiddleware(request: HttpRequest) -> HttpResponseBase:
            return told(request, await following(request))

        return amiddleware

    def middleware(request: HttpRequest) -> HttpResponseBase:
        return told(request, cast(Sync, get_response)(request))

    return middleware


def is_page(request: HttpRequest) -> bool:
    """What another view than the door answers here is for people."""
    match = request.resolver_match
    return match is not None and match.func is not door


def told(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    is_told = response.headers.get("Content-Type", "").startswith(JSON)
    if response.status_code < 400 or is_told or not is_api(request) or is_page(request):
        return response
    headers = {name: response[name] for name in ("Allow", "Retry-After") if name in response}
    message = REASONS.get(response.status_code, "")
    return failure(request, ApiError(response.status_code, message, headers=headers))
