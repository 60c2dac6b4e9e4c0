"""A model server's address: as configured, as shown to people, and where it is."""

import ipaddress

import httpx

LOCAL_SUFFIXES = (".localhost", ".local", ".internal", ".lan", ".home.arpa")


def base_url(configured: str) -> str:
    """Without a trailing slash, `/v1` or `/api`: both protocols start from the same root."""
    url = configured.strip().rstrip("/")
    for ending in ("/v1", "/api"):
        url = url.removesuffix(ending).rstrip("/")
    return url if "://" in url or not url else f"http://{url}"


def hide_password(url: str) -> str:
    """The address that is stored and shown, which must not carry a password."""
    scheme, separator, rest = base_url(url).partition("://")
    host, slash, path = rest.partition("/")
    return scheme + separator + host.rpartition("@")[2] + slash + path


def leaves_machine(url: str) -> bool:
    """Whether the host is on the open internet; one's own network counts as at home."""
    try:
        host = httpx.URL(base_url(url)).host.lower()
    except httpx.InvalidURL:
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith(LOCAL_SUFFIXES)
