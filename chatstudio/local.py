"""Local mode: bound to loopback, one local person, no sign-in."""

from functools import lru_cache
from ipaddress import ip_address

from chatstudio.base.origin import Scope
from chatstudio.models import User


@lru_cache(maxsize=64)  # asked with every request, of the server's own few addresses
def is_loopback(address: str) -> bool:
    if address == "localhost":
        return True
    try:
        parsed = ip_address(address.strip("[]"))
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_loopback


def scope_is_local(scope: Scope) -> bool:
    """Whether the server's own end of the connection is a loopback address."""
    server = scope.get("server")
    return server is not None and is_loopback(server[0])


def local_person() -> User:
    return User.objects.local_person()
