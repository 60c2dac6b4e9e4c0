"""The HTTP client, and how long it waits. httpx's errors end here as `RoutingError`s."""

import asyncio
import contextlib
import json
import ssl
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from functools import cache

import httpx
from django.conf import settings

from chatstudio.base.json_types import JsonMapping
from chatstudio.base.text import encode_text
from routing.errors import BadAnswer, ConnectionLost, ServerUnreachable, TimedOut
from routing.llm.transport import StreamingTransport
from routing.llm.unreachable import CONNECT_SECONDS, why_unreachable

WRITE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Reach:
    """How servers are reached: through a proxy, and whom to trust beside the usual authorities."""

    ca_file: str = ""
    proxy: str = field(default="", repr=False)


DIRECTLY = Reach()

_clients: dict[tuple[asyncio.AbstractEventLoop, Reach], httpx.AsyncClient] = {}


def warm_up() -> None:
    """Do the slow part of building a client before anybody waits for it."""
    _build(DIRECTLY)


def client(reach: Reach = DIRECTLY) -> httpx.AsyncClient:
    """The one of this process for all servers that are reached alike; another event loop (tests,
    `async_to_sync`) gets its own."""
    key = (asyncio.get_running_loop(), reach)
    if key not in _clients:
        for closed in [known for known in _clients if known[0].is_closed()]:
            del _clients[closed]
        _clients[key] = _build(reach)
    return _clients[key]


def _build(reach: Reach) -> httpx.AsyncClient:
    trusted = certificates(reach.ca_file)
    return httpx.AsyncClient(
        verify=trusted,
        proxy=reach.proxy or None,
        transport=None if reach.proxy else StreamingTransport(trusted),
        # A proxy variable in the environment would take loopback traffic elsewhere.
        trust_env=False,
        # By default the 101st request waits in the pool without a sign.
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=20),
        timeout=httpx.Timeout(None, connect=CONNECT_SECONDS, write=WRITE_SECONDS),
        # A compressing proxy would hold tokens back to fill its blocks.
        headers={"Accept-Encoding": "identity", "User-Agent": "chat-studio"},
    )


@cache
def certificates(ca_file: str = "") -> ssl.SSLContext:
    """Raises OSError where the file cannot be read or holds no certificate."""
    context = httpx.create_ssl_context(trust_env=False)
    if ca_file:
        context.load_verify_locations(cafile=ca_file)
        # Certificates that people make for themselves lack what the strict rules want.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def why_unusable(error: OSError) -> str:
    """Of a file of certificates."""
    is_other = isinstance(error, ssl.SSLError)
    return "it holds no certificate in PEM form" if is_other else str(error.strerror)


@dataclass(slots=True)
class Patience:
    """How long one stream may be silent.

    Nothing comes while a model loads, and giving up aborts the loading. A whole tool call can be
    generated with no byte before its end, so where tools were sent the long limit always holds.
    """

    server: str
    tools_sent: bool = False
    heard: bool = False
    answering: bool = False

    @property
    def phase(self) -> str:
        if not self.answering:
            return "loading"
        return "tools" if self.tools_sent else "answering"

    @property
    def seconds(self) -> float:
        short = self.phase == "answering"
        return float(settings.LLM_TIMEOUT_SECONDS if short else settings.LLM_LOAD_TIMEOUT_SECONDS)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a server is, and what opens it. `server` is the address without a password; `query`
    goes with every request."""

    server: str
    root: str = field(repr=False)
    api_key: str = field(default="", repr=False)
    query: str = field(default="", repr=False)
    reach: Reach = DIRECTLY

    @property
    def client(self) -> httpx.AsyncClient:
        try:
            return client(self.reach)
        except OSError as error:
            detail = why_unusable(error)
            raise ServerUnreachable(server=self.server, reason="ca_file", detail=detail) from error

    def request(self, method: str, path: str, payload: JsonMapping | None = None) -> httpx.Request:
        headers = self._keys()
        content = None
        if payload is not None:
            headers[b"Content-Type"] = b"application/json"
            content = encode_text(json.dumps(payload, ensure_ascii=False))
        url = self.root + path + self.query
        return self.client.build_request(method, url, content=content, headers=headers)

    def without_key(self, said: bytes) -> bytes:
        """Some servers repeat the key that they refuse, to whoever reads their words."""
        key = self.api_key.strip().encode()
        return said.replace(key, "…".encode()) if key else said

    def _keys(self) -> dict[bytes, bytes]:
        """A key that was read from a file often ends in a line break. Azure's own name for it goes
        along where its versions do."""
        if not self.api_key.strip().isprintable():
            raise ServerUnreachable(server=self.server, reason="bad_key")
        key = self.api_key.strip().encode()
        headers = {b"Authorization": b"Bearer " + key} if key else {}
        if key and "api-version=" in self.query:
            headers[b"api-key"] = key
        return headers


@contextlib.contextmanager
def translate_errors(patience: Patience, reach: Reach = DIRECTLY) -> Iterator[None]:
    try:
        yield
    except TimeoutError:
        raise TimedOut(
            server=patience.server, seconds=patience.seconds, phase=patience.phase
        ) from None
    except httpx.DecodingError as error:
        raise BadAnswer(server=patience.server, detail=str(error)) from error
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        if patience.heard:
            raise ConnectionLost(server=patience.server) from error
        why = why_unreachable(error, patience.server, by_proxy=bool(reach.proxy))
        raise ServerUnreachable(**why) from error


@contextlib.asynccontextmanager
async def open_stream(
    endpoint: Endpoint, path: str, payload: JsonMapping, patience: Patience
) -> AsyncIterator[httpx.Response]:
    """Headers have arrived. Leaving closes the connection, which makes the server stop."""
    with translate_errors(patience, endpoint.reach):
        request = endpoint.request("POST", path, payload)
        async with asyncio.timeout(patience.seconds):
            response = await endpoint.client.send(request, stream=True)
        try:
            yield response
        finally:
            await response.aclose()
