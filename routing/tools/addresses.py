"""Which addresses of the internet a tool may reach: none that leads into somebody's network.

A name is resolved once, all of its addresses have to be public, and the connection goes to exactly
one of those, so that a name which resolves differently the second time gains nothing.
"""

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from routing.tools.base import ToolFailed

PORTS = {"http": 80, "https": 443}
RESOLVE_SECONDS = 5.0

type Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect (`address`), and under which name (`host`) with which path."""

    scheme: str
    host: str
    address: str
    path: str

    @property
    def url(self) -> str:
        literal = f"[{self.address}]" if ":" in self.address else self.address
        return f"{self.scheme}://{literal}{self.path}"


async def public_target(url: str) -> Target:
    """Raises `ToolFailed` with a sentence for whatever must not be reached."""
    scheme, host, path = _parts(url)
    addresses = await _resolve(host, PORTS[scheme])
    if not addresses:
        raise ToolFailed(f"There is no server of the name {host}.")
    if not all(is_public(address) for address in addresses):
        raise ToolFailed(f"{host} is not on the public internet; it is not opened.")
    return Target(scheme, host, str(addresses[0]), path)


def _parts(url: str) -> tuple[str, str, str]:
    url = url.strip()
    if "\\" in url or any(ord(character) <= 32 for character in url):
        raise ToolFailed("The address has characters that do not belong into one.")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ToolFailed("That is no address of a web page.") from None
    if parts.scheme not in PORTS or not host:
        raise ToolFailed("Only addresses that begin with http:// or https:// are opened.")
    if parts.username is not None or parts.password is not None:
        raise ToolFailed("Addresses with a user name or a password are not opened.")
    if port not in (None, PORTS[parts.scheme]):
        raise ToolFailed("Only the usual ports are opened: 80 for http, 443 for https.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, _ascii_name(host), path


def _ascii_name(host: str) -> str:
    try:
        return host.rstrip(".").encode("idna").decode() if not host.isascii() else host.rstrip(".")
    except UnicodeError:
        raise ToolFailed("That is no name of a server.") from None


async def _resolve(host: str, port: int) -> list[Address]:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(RESOLVE_SECONDS):
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, TimeoutError):
        return []
    texts = dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found)
    return [ipaddress.ip_address(text) for text in texts]


def is_public(address: Address) -> bool:
    """Not in any of the ranges below, also not in disguise, as an IPv4 address within IPv6."""
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in NO_PUBLIC_IPV4)
    inner = _within(address)
    if inner is not None and not is_public(inner):
        return False
    if any(address in network for network in PUBLIC_BY_WHAT_IS_WITHIN):
        return True
    return address in GLOBAL_IPV6 and not any(address in network for network in NO_PUBLIC_IPV6)


def _networks(*texts: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    return tuple(map(ipaddress.ip_network, texts))


# The special-purpose registries of the IANA; what is within one of these is no web server.
NO_PUBLIC_IPV4 = _networks(
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
    *("172.16.0.0/12", "192.168.0.0/16", "198.18.0.0/15"),
    *("192.0.0.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.175.48.0/24"),  # protocols
    "192.88.99.0/24",  # relays of 6to4
    *("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"),  # for documentation
    *("224.0.0.0/4", "240.0.0.0/4"),  # for many at once, and kept for later
)
# All there is so far of global IPv6; private, link-local and site-local addresses are elsewhere.
GLOBAL_IPV6 = ipaddress.ip_network("2000::/3")
NO_PUBLIC_IPV6 = _networks(
    "2001::/23",  # protocols: Teredo, benchmarks, ORCHID and others
    "2002::/16",  # 6to4
    *("2001:db8::/32", "3fff::/20"),  # for documentation
    "2620:4f:8000::/48",  # AS112
)
# How a network without IPv4 names what has IPv4 alone.
NAT64 = ipaddress.ip_network("64:ff9b::/96")
MAPPED = ipaddress.ip_network("::ffff:0:0/96")
PUBLIC_BY_WHAT_IS_WITHIN = (NAT64, MAPPED)
ISATAP = (0x00005EFE, 0x02005EFE)


def _within(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    bits = int(address)
    is_isatap = (bits >> 32) & 0xFFFFFFFF in ISATAP
    if is_isatap or any(address in network for network in PUBLIC_BY_WHAT_IS_WITHIN):
        return ipaddress.IPv4Address(bits & 0xFFFFFFFF)
    return None
