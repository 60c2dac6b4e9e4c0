"""Under which path of a website Chat Studio stands: BASE_PATH, or what the proxy in front says.

Inside, every path is as if there were none. Django puts the sub-path of the request in front of
each address that it makes; what is made outside of any request, such as frames for open pages, has
that of the process: BASE_PATH, or the one below which a page has opened its socket last. A request
alone changes nothing for others, as a proxy may let anybody's header through.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any

from asgiref.local import Local
from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, base, get_script_prefix, resolve, set_script_prefix

from chatstudio.base.origin import header

type Scope = MutableMapping[str, Any]
type Application = Callable[[Scope, Any, Any], Awaitable[object]]

SUB_PATH = re.compile(r"(?:/[\w.~-]+)+", re.A)
PROXY_HEADER = b"x-forwarded-prefix"
newest: dict[bytes, str] = {}
"""What a proxy said of the page that opened its socket last."""


class Prefixes:
    """What Django puts in front in this thread or task, with a value where no request set one."""

    def __init__(self) -> None:
        self._set = Local()

    @property
    def value(self) -> str:
        named = settings.BASE_PATH or newest.get(PROXY_HEADER, "")
        return str(getattr(self._set, "value", f"{named}/"))

    @value.setter
    def value(self, prefix: str) -> None:
        self._set.value = prefix

    @value.deleter
    def value(self) -> None:
        del self._set.value


def put_in_front() -> None:
    """Of every address that this process makes from now on."""
    base._prefixes = Prefixes()  # type: ignore[attr-defined]


class UnderSubPath:
    """Tells the application where it stands, whether the proxy left the sub-path in or not."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        placed = place(scope) if scope["type"] in ("http", "websocket") else scope
        set_script_prefix(placed.get("root_path", ""))
        await self.application(placed, receive, send)


def place(scope: Scope) -> Scope:
    sub_path = settings.BASE_PATH or named_by_proxy(scope["headers"])
    if not sub_path:
        return scope
    path = sub_path + path_below(sub_path, scope["path"])
    return {**scope, "root_path": sub_path, "path": path}


def named_by_proxy(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """Several proxies name theirs one behind the other."""
    if not settings.TRUST_PROXY:
        return ""
    named = header(headers, PROXY_HEADER).split(",")
    joined = "".join(each.strip().rstrip("/") for each in named)
    return joined if SUB_PATH.fullmatch(joined) else ""


def remember(sub_path: str) -> None:
    """For the frames of open pages, one of which is below it."""
    if sub_path:
        newest[PROXY_HEADER] = sub_path


def path_below(sub_path: str, path: str) -> str:
    """Without the sub-path. One that is an address of ours, such as /chat/ below /chat, has had it
    taken off by the proxy."""
    is_left_in = path == sub_path or path.startswith(f"{sub_path}/")
    if not is_left_in or is_address(path):
        return path
    return path.removeprefix(sub_path) or "/"


def is_address(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return path.startswith(settings.STATIC_URL)
    return True


def own_address(request: HttpRequest) -> str:
    """Of the whole product, as its pages were asked for, without a slash at its end."""
    return request.build_absolute_uri(get_script_prefix()).rstrip("/")


def keep_cookies_below(sub_path: str, cookies: Mapping[str, Any]) -> None:
    """What stands beside us on the same website neither gets our cookies nor overwrites them."""
    for cookie in cookies.values():
        if cookie["path"] == "/":
            cookie["path"] = f"{sub_path}/"
