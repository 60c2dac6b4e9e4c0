import logging
from collections.abc import Awaitable, Callable
from typing import cast

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.decorators import sync_and_async_middleware
from django.utils.functional import SimpleLazyObject
from whitenoise.middleware import WhiteNoiseMiddleware

from chatstudio.api.door import door
from chatstudio.base.api.errors import ApiError, database_failed, failure, is_api
from chatstudio.base.database_failures import sentence_for
from chatstudio.base.http import JSON, named_zone
from chatstudio.base.sub_path import keep_cookies_below
from chatstudio.local import is_loopback
from chatstudio.models import User
from chatstudio.views import not_from_here, told_beside

logger = logging.getLogger(__name__)

OURS = "Chat-Studio"

type Sync = Callable[[HttpRequest], HttpResponseBase]
type Async = Callable[[HttpRequest], Awaitable[HttpResponseBase]]

REASONS = {
    400: "Ask at the address that Chat Studio printed at its start; others stand in ALLOWED_HOSTS.",
    403: "Without accounts Chat Studio answers on its own machine alone: ask at 127.0.0.1.",
}
"""Before any door, Django and our middleware refuse for these alone."""


def _around(
    get_response: Sync | Async,
    before: Callable[[HttpRequest], HttpResponseBase | None] = lambda request: None,
    after: Callable[[HttpRequest, HttpResponseBase], HttpResponseBase] = lambda _, answer: answer,
) -> Sync | Async:
    """A middleware for both kinds of chain, that may answer before the view does, or after it."""
    if iscoroutinefunction(get_response):
        following = cast(Async, get_response)

        async def amiddleware(request: HttpRequest) -> HttpResponseBase:
            return after(request, before(request) or await following(request))

        return amiddleware

    def middleware(request: HttpRequest) -> HttpResponseBase:
        return after(request, before(request) or cast(Sync, get_response)(request))

    return middleware


class StaticFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]
    """WhiteNoise without a thread hop in every request: its own middleware is synchronous only.

    Our files are small, so one is read whole where a request asks for it.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response):  # type: ignore[no-untyped-def]
        super().__init__(get_response)
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if self.is_async:
            return self._answer(request)  # type: ignore[return-value]
        return cast(HttpResponseBase, super().__call__(request))

    async def _answer(self, request: HttpRequest) -> HttpResponseBase:
        if self.autorefresh:
            static_file = self.find_file(request.path_info)
        else:
            static_file = self.files.get(request.path_info)
        if static_file is None:
            return cast(HttpResponseBase, await self.get_response(request))
        found = self.serve(static_file, request)
        body = b"".join(found)
        found.close()
        return HttpResponse(body, status=found.status_code, headers=dict(found.headers))


@sync_and_async_middleware
def LocalOnlyMiddleware(get_response: Sync | Async) -> Sync | Async:
    """Refuses a request that reached a server address other than loopback: without accounts
    everybody who can connect would be the local person."""

    def refuse(request: HttpRequest) -> HttpResponse | None:
        return None if is_loopback(request.META["SERVER_NAME"]) else not_from_here(request)

    return _around(get_response, refuse)


@sync_and_async_middleware
def LocalPersonMiddleware(get_response: Sync | Async) -> Sync | Async:
    def sign_in(request: HttpRequest) -> None:
        request.user = cast(User, SimpleLazyObject(User.objects.local_person))
        request.auser = sync_to_async(User.objects.local_person)

    return _around(get_response, sign_in)


@sync_and_async_middleware
def OurAnswersMiddleware(get_response: Sync | Async) -> Sync | Async:
    """Marks every answer as ours, which a page that a proxy sends in its place is not: only what is
    marked takes the place of anything on a page (static/js/in_between.js)."""
    handle = _around(get_response, before=read_zone, after=mark_as_ours)
    handle.process_exception = tell_database_failure  # type: ignore[union-attr]
    return handle


def read_zone(request: HttpRequest) -> None:
    named_zone.set(request.COOKIES.get("chatstudio_zone", ""))


def mark_as_ours(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    response.headers[OURS] = "1"
    if response.headers.get("Content-Type", "").startswith("text/html"):
        # The same address may answer with a page or a part of one; a browser keeps them apart.
        patch_vary_headers(response, ["HX-Request"])
    if request.META.get("SCRIPT_NAME"):
        keep_cookies_below(request.META["SCRIPT_NAME"], response.cookies)
    return response


def tell_database_failure(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """One that passes, mostly: what was to be written is still in the page."""
    if not isinstance(error, OperationalError):
        return None
    logger.error("The database failed", exc_info=error)
    if is_api(request):
        return failure(request, database_failed(error))
    return told_beside(request, 503, "That was not saved", sentence_for(error))


@sync_and_async_middleware
def ApiErrorsMiddleware(get_response: Sync | Async) -> Sync | Async:
    return _around(get_response, after=answer_api_failure_in_json)


def answer_api_failure_in_json(
    request: HttpRequest, response: HttpResponseBase
) -> HttpResponseBase:
    is_told = response.headers.get("Content-Type", "").startswith(JSON)
    match = request.resolver_match  # what another view than the door answers here is for people
    is_page = match is not None and match.func is not door
    if response.status_code < 400 or is_told or not is_api(request) or is_page:
        return response
    headers = {name: response[name] for name in ("Allow", "Retry-After") if name in response}
    message = REASONS.get(response.status_code, "")
    return failure(request, ApiError(response.status_code, message, headers=headers))
