"""The one HTTP client, and how long it waits. httpx's errors end here as `RoutingError`s."""

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

CONNECT_SECONDS = 5.0
WRITE_SECONDS = 30.0

_clients: dict[asyncio.AbstractEventLoop, httpx.AsyncClient] = {}


def warm_up() -> None:
    """Do the slow part of building a client before anybody waits for it."""
    _build()


def client() -> httpx.AsyncClient:
    """The one of this process; another event loop (tests, `async_to_sync`) gets its own."""
    loop = asyncio.get_running_loop()
    if loop not in _clients:
        for closed in [known for known in _clients if known.is_closed()]:
            del _clients[closed]
        _clients[loop] = _build()
    return _clients[loop]


def _build() -> httpx.AsyncClient:
    return httpx.AsyncClient(
        verify=_certificates(),
        # A proxy variable in the environment would take loopback traffic elsewhere.
        trust_env=False,
        # By default the 101st request waits in the pool without a sign.
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=20),
        timeout=httpx.Timeout(None, connect=CONNECT_SECONDS, write=WRITE_SECONDS),
        # A compressing proxy would hold tokens back to fill its blocks.
        headers={"Accept-Encoding": "identity", "User-Agent": "chat-studio"},
    )


@cache
def _certificates() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


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
    """Where a server is, and what opens it. `server` is the address without a password."""

    server: str
    root: str = field(repr=False)
    api_key: str = field(default="", repr=False)

    def request(self, method: str, path: str, payload: JsonMapping | None = None) -> httpx.Request:
        headers = {b"Authorization": f"Bearer {self.api_key}".encode()} if self.api_key else {}
        content = None
        if payload is not None:
            headers[b"Content-Type"] = b"application/json"
            content = encode_text(json.dumps(payload, ensure_ascii=False))
        return client().build_request(method, self.root + path, content=content, headers=headers)


@contextlib.contextmanager
def translate_errors(patience: Patience) -> Iterator[None]:
    try:
        yield
    except TimeoutError:
        raise TimedOut(
            server=patience.server, seconds=patience.seconds, phase=patience.phase
        ) from None
    except httpx.DecodingError as error:
        raise BadAnswer(server=patience.server, detail=str(error)) from error
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        kind = ConnectionLost if patience.heard else ServerUnreachable
        raise kind(server=patience.server) from error


@contextlib.asynccontextmanager
async def open_stream(
    endpoint: Endpoint, path: str, payload: JsonMapping, patience: Patience
) -> AsyncIterator[httpx.Response]:
    """Headers have arrived. Leaving closes the connection, which makes the server stop."""
    with translate_errors(patience):
        request = endpoint.request("POST", path, payload)
        async with asyncio.timeout(patience.seconds):
            response = await client().send(request, stream=True)
        try:
            yield response
        finally:
            await response.aclose()
