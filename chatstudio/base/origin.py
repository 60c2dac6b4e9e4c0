"""Whether a websocket handshake comes from a page of ours.

Browsers send cookies with any site's websocket, so the Origin has to equal the Host exactly,
scheme and port included: another port of this machine is another website.
"""

from collections.abc import Collection, Iterable
from typing import NotRequired, TypedDict


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
