"""Whether a websocket handshake comes from a page of ours, and what a proxy has to be told where a
form seems not to.

Browsers send cookies with any site's websocket, so the Origin has to equal the Host exactly,
scheme and port included: another port of this machine is another website.
"""

from collections.abc import Collection, Iterable
from typing import NotRequired, TypedDict
from urllib.parse import urlsplit


class Scope(TypedDict):
    """A handshake as ASGI describes it, and who it is from once that is known."""

    headers: Iterable[tuple[bytes, bytes]]
    scheme: NotRequired[str]
    server: NotRequired[tuple[str, int | None] | None]
    user: NotRequired[object]


def header(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> str:
    return next((value.decode("latin1") for key, value in headers if key.lower() == name), "")


def same_origin(scope: Scope, trusted: Collection[str] = ()) -> bool:
    origin, host = header(scope["headers"], b"origin"), header(scope["headers"], b"host")
    if not origin or not host:
        return False
    scheme = "https" if scope.get("scheme") in ("wss", "https") else "http"
    return origin.lower() == f"{scheme}://{host}".lower() or origin in trusted


def explain_mismatch(origin: str, here: str) -> str:
    """What to set where the browser's page is of `origin`, and this server was asked as `here`.
    Empty where no proxy can be the cause."""
    try:
        page, asked = urlsplit(origin.lower()), urlsplit(here.lower())
    except ValueError:  # no browser says such a thing
        return ""
    if not page.netloc:
        return ""
    told = f"Your browser is at {origin}, but Chat Studio was asked as {here}. "
    if page.netloc != asked.netloc:
        return told + (
            "If a proxy of yours stands in between, let it pass on the Host header (in nginx: "
            f"proxy_set_header Host $http_host), or name {origin} in CSRF_TRUSTED_ORIGINS."
        )
    if page.scheme == "https":
        return told + (
            "If HTTPS ends at a proxy of yours, let it send X-Forwarded-Proto, and set "
            "TRUST_PROXY=true."
        )
    return ""
