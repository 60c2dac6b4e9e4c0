from collections.abc import Awaitable, Callable
from typing import cast

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import sync_and_async_middleware
from django.utils.functional import SimpleLazyObject

from chatstudio.local import is_loopback, local_person
from chatstudio.models import User
from chatstudio.views import not_from_here

type Sync = Callable[[HttpRequest], HttpResponse]
type Async = Callable[[HttpRequest], Awaitable[HttpResponse]]


def _around(
    get_response: Sync | Async, before: Callable[[HttpRequest], HttpResponse | None]
) -> Sync | Async:
    """A middleware that may answer before the view does, for both kinds of chain."""
    if iscoroutinefunction(get_response):
        following = cast(Async, get_response)

        async def amiddleware(request: HttpRequest) -> HttpResponse:
            return before(request) or await following(request)

        return amiddleware

    def middleware(request: HttpRequest) -> HttpResponse:
        return before(request) or cast(Sync, get_response)(request)

    return middleware


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
        request.user = cast(User, SimpleLazyObject(local_person))
        request.auser = sync_to_async(local_person)

    return _around(get_response, sign_in)
