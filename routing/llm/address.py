"""A model server's address: as configured, as shown to people, and where what can be asked."""

import ipaddress
import re
from urllib.parse import urlsplit, urlunsplit

import httpx

LOCAL_SUFFIXES = (".localhost", ".local", ".internal", ".lan", ".home.arpa")
CALLS = (
    *("/chat/completions", "/completions", "/embeddings", "/responses", "/models"),
    *("/api/tags", "/api/chat"),
)
"""What people copy with an address, though it is only what is asked there."""
VERSION = re.compile(r"/v\d\w*$")
USUAL_PATHS = ("/v1", "", "/api/v1", "/openai/v1")
"""Where servers have OpenAI's protocol, if somebody named the host alone."""


def with_scheme(configured: str) -> str:
    """`localhost:11434` and `::1` are addresses as well as `http://localhost:11434`."""
    url = "".join(configured.split())
    if "://" in url or not url:
        return url
    try:
        return f"http://[{ipaddress.IPv6Address(url)}]"
    except ValueError:
        return f"http://{url}"


def given_base(configured: str) -> str:
    """As it was given, without a slash, a call or a query at its end."""
    url = with_scheme(configured).partition("#")[0].partition("?")[0].rstrip("/")
    for call in CALLS:
        url = url.removesuffix(call).rstrip("/")
    return url


def query_of(configured: str) -> str:
    """Such as Azure's `?api-version=…`, which goes with every request; empty without one."""
    query = with_scheme(configured).partition("#")[0].partition("?")[2]
    return f"?{query}" if query else ""


def base_url(configured: str) -> str:
    """Without `/v1` or `/api`: Ollama's own protocol starts there, and people see this one."""
    url = given_base(configured)
    for ending in ("/v1", "/api"):
        url = url.removesuffix(ending).rstrip("/")
    return url


def openai_bases(configured: str) -> list[str]:
    """Where `/models` and `/chat/completions` may be: as given first, then at the usual places."""
    given, root = given_base(configured), base_url(configured)
    if "/" not in given.partition("://")[2]:
        bases = [given + path for path in USUAL_PATHS]
    else:
        bases = [given] if VERSION.search(given) else [given, f"{given}/v1"]
        bases.append(f"{root}/v1")
    return list(dict.fromkeys(bases))


def hide_password(url: str) -> str:
    """The address that is stored and shown, which must not carry a password, nor a query, in which
    tokens travel."""
    scheme, separator, rest = base_url(url).partition("://")
    host, slash, path = rest.partition("/")
    return scheme + separator + host.rpartition("@")[2] + slash + path


def is_address(url: str, schemes: tuple[str, ...] = ("http", "https")) -> bool:
    try:
        parts = urlsplit(url.strip())
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets without an address, a port that is none
        return False


def host_of(url: str) -> str:
    try:
        return httpx.URL(base_url(url)).host.lower()
    except httpx.InvalidURL:
        return ""


def is_loopback(url: str) -> bool:
    """Whether it is on this machine."""
    host = host_of(url)
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def leaves_machine(url: str) -> bool:
    """Whether the host is on the open internet; one's own network counts as at home."""
    host = host_of(url)
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith(LOCAL_SUFFIXES)


def swap_scheme(url: str) -> str:
    """The same place by https instead of http, or the other way round."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(scheme="http" if parts.scheme == "https" else "https"))
