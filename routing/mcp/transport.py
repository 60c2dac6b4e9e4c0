"""Where the SDK is imported: by whoever opens the first session."""

import contextlib
import logging

import httpx2
from anyio import BrokenResourceError, ClosedResourceError, EndOfStream
from mcp import Client, StdioServerParameters
from mcp.client._transport import Transport
from mcp.client.session import ElicitationFnT
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client

from routing.mcp.config import ServerConfig
from routing.mcp.mending import Mended

LOST = (BrokenResourceError, ClosedResourceError, EndOfStream, httpx2.TransportError)
CONNECT_SECONDS = 10.0
# A tool may say nothing for minutes; the session has its own limit for a call.
SILENCE_SECONDS = 600.0
# It writes a stack trace for each line that a program prints beside its messages.
logging.getLogger("mcp.client.stdio").setLevel(logging.CRITICAL)


async def connect(
    config: ServerConfig, stack: contextlib.AsyncExitStack, mended: Mended, answer: ElicitationFnT
) -> Client:
    """A client whose scopes are left when the stack is. `mended` sees every message first, `answer`
    is asked what a server wants to know of the person."""
    if config.url:
        http_client = httpx2.AsyncClient(
            headers=dict(config.headers),
            timeout=httpx2.Timeout(SILENCE_SECONDS, connect=CONNECT_SECONDS),
            trust_env=False,
        )
        await stack.enter_async_context(http_client)
        transport = streamable_http_client(config.url, http_client=http_client)
        return await stack.enter_async_context(_client(transport, mended, answer))
    parameters = StdioServerParameters(
        command=config.command, args=list(config.args), env=dict(config.env), cwd=config.cwd
    )
    return await stack.enter_async_context(_client(stdio_client(parameters), mended, answer))


def _client(transport: Transport, mended: Mended, answer: ElicitationFnT) -> Client:
    return Client(mended.around(transport), elicitation_callback=answer)
