"""The servers' tools as ours: the same contract, the same approval."""

import re
from functools import partial
from typing import TYPE_CHECKING

from chatstudio.base.json_types import JsonMapping
from routing.mcp import servers
from routing.mcp.config import McpConfigError, ServerConfig
from routing.mcp.session import McpError
from routing.tools.base import Risk, Tool, ToolContext, ToolFailed

if TYPE_CHECKING:
    from mcp_types import CallToolResult
    from mcp_types import Tool as Offered

LONGEST_NAME = 64
LONGEST_RESULT = 100_000


async def mcp_tools(context: ToolContext) -> list[Tool]:
    """A source for the registry: of every server that can be reached now. There the first of a name
    wins: what was approved as one tool is never another."""
    try:
        sessions = await servers.ready_sessions()
    except McpConfigError:
        return []
    return [as_tool(session.config, tool) for session in sessions for tool in session.tools]


def as_tool(config: ServerConfig, offered: "Offered") -> Tool:
    return Tool(
        name=tool_name(config.name, offered.name),
        description=f"{offered.description or offered.name} (from {config.name})",
        schema=offered.input_schema,
        risk=risk_of(offered),
        run=partial(_run, config, offered.name),
    )


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
        result = await session.call(name, arguments)
    except McpError as error:
        raise ToolFailed(str(error)) from None
    text = text_of(result)
    if result.is_error:
        raise ToolFailed(text or f"{config.name} says that {name} failed.")
    return text


def text_of(result: "CallToolResult") -> str:
    """Texts as they are; of anything else only that it was there."""
    pieces = [
        str(getattr(block, "text", f"[{block.type} is not shown]")) for block in result.content
    ]
    text = "\n".join(pieces)
    return text if len(text) <= LONGEST_RESULT else f"{text[:LONGEST_RESULT]}…"
