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
    """Not loopback, private, link-local, shared, reserved or multicast, also not in disguise: as
    an IPv4 address within IPv6 (mapped, 6to4, Teredo, NAT64)."""
    if isinstance(address, ipaddress.IPv6Address):
        for inner in _within(address):
            if not is_public(inner):
                return False
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified
    )


NAT64 = ipaddress.ip_network("64:ff9b::/96")


def _within(address: ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in NAT64 or int(address) >> 32 == 0:
        found.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return [inner for inner in found if inner is not None]
