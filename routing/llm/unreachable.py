"""Why nobody answered, out of what httpx raised; `errors.unreachable` has the sentences."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Iterator
from errno import EHOSTUNREACH, ENETUNREACH

import httpx

from chatstudio.base.json_types import JsonObject
from routing.llm.address import host_of, swap_scheme

CONNECT_SECONDS = 5.0
CERTIFICATES = {9: "expired", 10: "expired", 18: "self_signed", 62: "other_name", 64: "other_name"}
"""By OpenSSL's number of what it found; 9 is a certificate whose time has not come."""
NO_WAY = (EHOSTUNREACH, ENETUNREACH)


def why_unreachable(error: Exception, server: str, *, by_proxy: bool = False) -> JsonObject:
    """The context of a `ServerUnreachable`; without a reason where nobody listens at all."""
    facts: JsonObject = {"server": server}
    if by_proxy and isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        connected = any(isinstance(cause, ssl.SSLError) for cause in _causes(error))
        if not connected:
            return facts | {"reason": "proxy"}
    causes = list(_causes(error))
    if any(isinstance(cause, ssl.SSLWantReadError) for cause in causes):
        return facts | {"reason": "plain_there", "instead": swap_scheme(server)}
    for cause in causes:
        found = _network_reason(cause, server) or _tls_reason(cause, server)
        if found:
            return facts | found
    return facts | _protocol_reason(error)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error itself and what lies beneath it; several addresses of one name fail as a group."""
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for one in error.exceptions:
                yield from _causes(one)
        error = error.__cause__ or error.__context__


def _network_reason(cause: BaseException, server: str) -> JsonObject:
    host = host_of(server)
    if isinstance(cause, socket.gaierror):
        return {"reason": "unknown_host", "host": host}
    if isinstance(cause, OSError) and cause.errno in NO_WAY:
        return {"reason": "no_way", "host": host}
    if isinstance(cause, httpx.ConnectTimeout):
        return {"reason": "no_connection", "seconds": round(CONNECT_SECONDS)}
    if isinstance(cause, httpx.ProxyError):
        return {"reason": "proxy", "detail": str(cause)}
    return {}


def _tls_reason(cause: BaseException, server: str) -> JsonObject:
    if isinstance(cause, ssl.SSLCertVerificationError):
        reason = CERTIFICATES.get(cause.verify_code, "certificate")
        detail = cause.verify_message.rstrip(".")
        return {"reason": reason, "detail": detail, "host": host_of(server)}
    is_cut = isinstance(cause, ConnectionResetError) and cause.errno is None  # asyncio's own words
    if (is_cut or isinstance(cause, ssl.SSLError)) and server.startswith("https:"):
        return {"reason": "plain_there", "instead": swap_scheme(server)}
    return {}


def _protocol_reason(error: Exception) -> JsonObject:
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return {"reason": "bad_address"}
    if not isinstance(error, httpx.RemoteProtocolError | httpx.ReadError):
        return {}
    return {"reason": "other_protocol" if "illegal" in str(error) else "hung_up"}


async def speaks_tls(url: str) -> bool:
    """Whether https is spoken where somebody hangs up on http. Nothing is sent, so nobody has to be
    trusted."""
    parts = httpx.URL(url)
    unchecked = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    unchecked.check_hostname, unchecked.verify_mode = False, ssl.CERT_NONE
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(CONNECT_SECONDS):
            _, writer = await asyncio.open_connection(parts.host, parts.port or 80, ssl=unchecked)
        writer.close()
        return True
    return False
