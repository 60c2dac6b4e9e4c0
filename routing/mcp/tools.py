"""The servers' tools as ours: the same contract, the same approval."""

import re
from collections.abc import Container
from dataclasses import replace
from functools import partial
from itertools import chain, count
from typing import TYPE_CHECKING

from chatstudio.base.json_types import JsonMapping, JsonValue
from routing.mcp import servers
from routing.mcp.config import McpConfigError, ServerConfig
from routing.mcp.session import McpError, Session
from routing.tools.base import Risk, Tool, ToolContext, ToolFailed, WrongArguments

if TYPE_CHECKING:
    from mcp_types import Tool as Offered

LONGEST_NAME = 64
LONGEST_RESULT = 100_000
MOST_RESOURCES = 100


async def mcp_tools(context: ToolContext) -> list[Tool]:
    """A source for the registry: of every server that can be reached now. There the first of a name
    wins: what was approved as one tool is never another."""
    try:
        sessions = await servers.ready_sessions()
    except McpConfigError:
        return []
    return [tool for session in sessions for tool in tools_of(session)]


def tools_of(session: Session) -> list[Tool]:
    """Its tools, each under a name of its own, and one that reads its resources if it has any."""
    config, found = session.config, dict[str, Tool]()
    for offered in session.tools:
        tool = as_tool(config, offered)
        found.setdefault(tool.name, tool)
        if found[tool.name] is not tool:
            name = _other_name(tool.name, found)
            found[name] = replace(tool, name=name)
    if session.resources:
        name = _other_name(tool_name(config.name, "read_resource"), found)
        found[name] = _resource_reader(name, session)
    return list(found.values())


def _other_name(name: str, taken: Container[str]) -> str:
    """Names that differ in signs alone, or behind the longest one, become the same."""
    numbered = (f"{name[: LONGEST_NAME - 4]}_{number}" for number in count(2))
    return next(one for one in chain([name], numbered) if one not in taken)


def as_tool(config: ServerConfig, offered: "Offered") -> Tool:
    return Tool(
        name=tool_name(config.name, offered.name),
        description=f"{offered.description or offered.name} (from {config.name})",
        schema=offered.input_schema,
        risk=risk_of(offered),
        run=partial(_run, config, offered.name),
        source=_source(config),
    )


def _resource_reader(name: str, session: Session) -> Tool:
    """Only what the server lists can be read, so no address can carry anything out."""
    listed = session.resources[:MOST_RESOURCES]
    lines = [f"{one.uri}: {one.title or one.name}" for one in listed]
    addresses: list[JsonValue] = [one.uri for one in listed]
    return Tool(
        name=name,
        description=f"Reads one of these (from {session.config.name}):\n" + "\n".join(lines),
        schema={
            "type": "object",
            "properties": {"uri": {"type": "string", "enum": addresses}},
            "required": ["uri"],
        },
        risk=Risk.READS,
        run=partial(_read, session.config, frozenset(one.uri for one in listed)),
        source=_source(session.config),
    )


def _source(config: ServerConfig) -> str:
    return f"MCP server {config.name}"


def tool_name(server: str, tool: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", f"{server}_{tool}".lower()).strip("_")
    return plain[:LONGEST_NAME] or "tool"


def risk_of(offered: "Offered") -> Risk:
    """As the server describes it; what it does not say counts as the worst."""
    hints = offered.annotations
    if hints is None or hints.open_world_hint is not False:
        return Risk.REACHES_OUT
    return Risk.READS if hints.read_only_hint else Risk.WRITES


async def _run(
    config: ServerConfig, name: str, arguments: JsonMapping, context: ToolContext
) -> str:
    try:
        session = await servers.session_for(config)
        result = await session.call(name, arguments, context.answers)
    except McpError as error:
        raise ToolFailed(str(error)) from None
    text = _shorten("\n".join(str(getattr(one, "text", "")) for one in result.content))
    if result.is_error:
        raise ToolFailed(text or f"{config.name} says that {name} failed.")
    return text or "It ran and said nothing."


async def _read(
    config: ServerConfig, listed: frozenset[str], arguments: JsonMapping, context: ToolContext
) -> str:
    uri = arguments.get("uri")
    if not isinstance(uri, str) or uri not in listed:
        raise WrongArguments(f"uri has to be one of: {', '.join(sorted(listed))}.")
    try:
        session = await servers.session_for(config)
        result = await session.read(uri)
    except McpError as error:
        raise ToolFailed(str(error)) from None
    pieces = [
        str(getattr(one, "text", f"[{one.mime_type or 'bytes'}, not shown]"))
        for one in result.contents
    ]
    return _shorten("\n".join(pieces)) or "It is empty."


def _shorten(text: str) -> str:
    return text if len(text) <= LONGEST_RESULT else f"{text[:LONGEST_RESULT]}…"
