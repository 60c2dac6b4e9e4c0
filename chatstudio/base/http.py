from contextvars import ContextVar
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django_htmx.middleware import HtmxDetails

JSON = "application/json"

named_zone: ContextVar[str] = ContextVar("named_zone", default="")
"""The reader's time zone as their browser calls it (static/js/moments.js), within a request."""


class Request(HttpRequest):
    """A request as our views get it: HtmxMiddleware has said whether htmx sent it."""

    htmx: HtmxDetails


def client_address(request: HttpRequest) -> str:
    """Who asks. Behind a proxy the last entry of X-Forwarded-For is the one it wrote itself."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    if settings.TRUST_PROXY:
        forwarded = request.headers.get("X-Forwarded-For", "")
        address = without_port(forwarded.rpartition(",")[2].strip()) or address
    return network_of(address)


def without_port(address: str) -> str:
    """Some proxies write it along; each new connection has another one."""
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.partition(":")[0] if address.count(":") == 1 else address


def network_of(address: str) -> str:
    """One household has a whole /64 of IPv6 addresses to guess from."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if parsed.version == 6 and parsed.ipv4_mapped:  # all of them are within one /64
        return str(parsed.ipv4_mapped)
    return str(ip_network(f"{parsed}/64", strict=False)) if parsed.version == 6 else str(parsed)


class PersonHere(SimpleLazyObject):  # type: ignore[type-arg]
    """The person at this machine, who brings no key: looked up when one of their attributes is
    asked for, which is for a thread to do."""

    came_with = None
