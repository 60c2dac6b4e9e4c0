from collections.abc import Callable
from typing import cast
from urllib.parse import urlencode, urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from chatstudio.base.http import Request


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Every door wants a signed-in person unless it is marked login_not_required.

    A page leads to the sign-in page and back. An htmx request cannot follow a redirect into the
    middle of a page: it gets 401 with HX-Redirect, which makes the browser go there.
    """

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., object]
    ) -> HttpResponse:
        htmx = cast(Request, request).htmx
        url = sign_in_url(page_of(request, htmx.current_url if htmx else None))
        if htmx:
            return HttpResponse(status=401, headers={"HX-Redirect": url})
        return HttpResponseRedirect(url)


def page_of(request: HttpRequest, current_url: str | None) -> str:
    """The page to come back to: what was asked for, or what the asking page shows."""
    if current_url:
        address = urlsplit(current_url)
        return address.path + (f"?{address.query}" if address.query else "")
    return request.get_full_path() if request.method in ("GET", "HEAD") else ""


def sign_in_url(onward: str = "") -> str:
    return reverse("sign_in") + (f"?{urlencode({'next': onward})}" if onward else "")
