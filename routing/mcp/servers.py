"""The sessions of this process, one for each server of the file, opened when first asked for."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from django.conf import settings

from routing.asking import estimate_schema
from routing.mcp.config import ServerConfig, load
from routing.mcp.session import McpError, Session

type Sessions = dict[str, Session]

# Each event loop (one in a server, one a test) has its own.
_sessions: WeakKeyDictionary[asyncio.AbstractEventLoop, Sessions] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class ServerState:
    """As the page shows it. status: idle | starting | ready | failed. `left_out` has a sentence for
    each tool that cannot be offered; `resources` counts what models can read; `tokens` is roughly
    what its tools cost with each question that they are sent with."""

    config: ServerConfig
    status: str
    problem: str = ""
    tools: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    resources: int = 0
    tokens: int = 0


def _own() -> Sessions:
    return _sessions.setdefault(asyncio.get_running_loop(), {})


def configured_servers() -> dict[str, ServerConfig]:
    """Raises McpConfigError."""
    return load(settings.MCP_CONFIG)


async def session_for(config: ServerConfig) -> Session:
    """One that can be asked; started anew where it has ended or is of an older file."""
    sessions = _own()
    session = sessions.get(config.name)
    if session is not None and (session.has_ended or session.config != config):
        # Taken out before anything is waited for: two that ask must not both make a new one.
        old, session = session, Session(config)
        sessions[config.name] = session
        await old.close()
    if session is None:
        session = sessions[config.name] = Session(config)
    await session.opened()
    return session


async def states() -> list[ServerState]:
    """Of all that are configured; those that run are asked whether they still answer."""
    return list(await asyncio.gather(*map(_state, configured_servers().values())))


async def _state(config: ServerConfig) -> ServerState:
    session = _own().get(config.name)
    if session is None:
        return ServerState(config, "idle")
    if session.is_ready and await session.ping():
        return ServerState(
            config,
            "ready",
            tools=tuple(tool.name for tool in session.tools),
            left_out=tuple(session.left_out),
            resources=len(session.resources),
            tokens=_cost_of(session),
        )
    if not session.has_ended and not session.problem:
        return ServerState(config, "starting")
    return ServerState(config, "failed", session.problem or "It does not answer any more.")


def _cost_of(session: Session) -> int:
    texts = (
        f"{tool.name}{tool.description}{json.dumps(tool.input_schema)}" for tool in session.tools
    )
    return sum(map(estimate_schema, texts))


async def restart(name: str) -> None:
    """Closes what runs and starts it again; raises McpError where that fails, KeyError for a
    name that is not configured."""
    config = configured_servers()[name]
    if session := _own().pop(name, None):
        await session.close()
    await session_for(config)


async def ready_sessions() -> Sequence[Session]:
    """Of every server that can be reached now; the others say why on their page."""
    found = await asyncio.gather(*map(_ready_or_none, configured_servers().values()))
    return [session for session in found if session is not None]


async def _ready_or_none(config: ServerConfig) -> Session | None:
    known = _own().get(config.name)
    if known is not None and known.has_ended and known.config == config:
        return None  # it failed: started again by the page, not by every answer
    try:
        return await session_for(config)
    except McpError:
        return None


async def close_all() -> None:
    sessions = _own()
    await asyncio.gather(*(session.close() for session in sessions.values()))
    sessions.clear()
