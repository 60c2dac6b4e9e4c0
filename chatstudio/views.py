"""Pages that belong to no application: refusals, errors, the theme."""

from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from chatstudio.base.http import Request
from chatstudio.base.origin import explain_mismatch
from conversations.showing import frames
from conversations.showing.frames import Toast

YEAR = 365 * 24 * 3600
THEMES = ("system", "light", "dark")
THEME_COOKIE = "chatstudio_theme"
SIDEBAR_COOKIE = "chatstudio_sidebar"


def appearance(request: HttpRequest) -> dict[str, object]:
    """What every page needs before its first paint: the theme and whether the sidebar is folded,
    so that nothing flashes, and whether there is a page of MCP servers to lead to."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    shown = theme if theme in THEMES else THEMES[0]
    is_folded = request.COOKIES.get(SIDEBAR_COOKIE) == "folded"
    return {"theme": shown, "is_folded": is_folded, "has_mcp": bool(settings.MCP_CONFIG)}


def error_page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    context = {"title": title, "text": text, "action_url": reverse("chat")}
    return render(request, "error.html", context, status=status)


def not_from_here(request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        "Chat Studio has no accounts here, so it only answers on this machine itself. "
        "Open it at http://127.0.0.1 or http://localhost, and let it listen on 127.0.0.1.\n",
        content_type="text/plain; charset=utf-8",
        status=403,
    )


def told_beside(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    """With htmx beside the page, which stays as it is with the person's words; else as a page."""
    if "HX-Request" not in request.headers:
        return error_page(request, status, title, text)
    toast = frames.toast(Toast(text, kind="error"))
    return HttpResponse(toast, status=status, headers={"HX-Reswap": "none"})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    here = f"{request.scheme}://{request.get_host()}"
    origin = request.headers.get("Origin", "")
    is_ours = origin.lower() == here.lower()
    text = (not is_ours and explain_mismatch(origin, here)) or (
        "This form did not come from a page of Chat Studio, or the page is too old. "
        "Reload the page and try again."
    )
    return told_beside(request, 403, "That did not come from here", text)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        text = "That is more than a message can hold. Send it in several parts."
        return told_beside(request, 413, "Too long", text)
    text = "Open Chat Studio at the address that it printed when it started, and try again."
    if isinstance(exception, DisallowedHost):
        text += " Other names, such as a proxy's, stand in ALLOWED_HOSTS."
    return told_beside(request, 400, "That could not be understood", text)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    text = "There is nothing at this address, or it belongs to somebody else."
    return error_page(request, 404, "Not found", text)


def server_error(request: HttpRequest) -> HttpResponse:
    text = "Something went wrong on our side. Your words are saved; reload the page to go on."
    return error_page(request, 500, "That failed", text)


@require_POST
def theme(request: Request) -> HttpResponse:
    chosen = request.POST.get("theme", "")
    if chosen not in THEMES:
        return HttpResponseBadRequest("theme is one of: " + ", ".join(THEMES))
    return _remember(request, THEME_COOKIE, chosen)


@require_POST
def sidebar(request: Request) -> HttpResponse:
    """The sidebar becomes a rail of icons, or a list again."""
    return _remember(request, SIDEBAR_COOKIE, "folded" if request.POST.get("folded") else "open")


def _remember(request: Request, cookie: str, value: str) -> HttpResponse:
    onward = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(onward, allowed_hosts={request.get_host()}):
        onward = reverse("chat")
    response: HttpResponse = HttpResponseRedirect(onward)
    if request.htmx:
        response = HttpResponse(status=204)
    response.set_cookie(cookie, value, max_age=YEAR, samesite="Lax")
    return response
