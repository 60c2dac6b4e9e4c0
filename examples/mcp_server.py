"""A small MCP server to try Chat Studio's client with.

By its standard input and output, as a program that Chat Studio starts:

    {"mcpServers": {"example": {"command": "python", "args": ["examples/mcp_server.py"]}}}

Or as a server of its own, at http://127.0.0.1:8765/mcp:

    python examples/mcp_server.py --port 8765
    {"mcpServers": {"example": {"url": "http://127.0.0.1:8765/mcp"}}}
"""

import argparse
import asyncio
import os
from typing import Annotated

from mcp.server import MCPServer
from mcp.server.mcpserver import AcceptedElicitation, Elicit, ElicitationResult, Resolve
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import BaseModel, Field

server = MCPServer("example")
notes: list[str] = []


@server.tool(annotations=ToolAnnotations(read_only_hint=True, open_world_hint=False))
def add(a: float, b: float) -> float:
    """Adds two numbers."""
    return a + b


@server.tool(annotations=ToolAnnotations(read_only_hint=False, open_world_hint=False))
def keep_note(text: str) -> str:
    """Keeps a note until the server ends."""
    notes.append(text)
    return f"Kept, the {len(notes)}. one."


@server.tool()
async def wait(seconds: float) -> str:
    """Answers after so many seconds."""
    await asyncio.sleep(seconds)
    return f"Waited {seconds:g} s."


@server.tool()
def divide(a: float, b: float) -> float:
    """Divides a by b; fails where b is 0."""
    if b == 0:
        raise ToolError("b is 0.")
    return a / b


@server.tool(annotations=ToolAnnotations(read_only_hint=True, open_world_hint=False))
def process_id() -> int:
    """Which process answers."""
    return os.getpid()


class Guests(BaseModel):
    """How many are coming?"""

    number: int = Field(description="How many guests", ge=1, le=20)
    vegetarian: bool = Field(False, description="Without meat")


async def ask_for_guests(dish: str) -> Elicit[Guests]:
    return Elicit(f"Who comes to eat {dish}?", Guests)


@server.tool(annotations=ToolAnnotations(read_only_hint=True, open_world_hint=False))
async def plan_dinner(
    dish: str, guests: Annotated[ElicitationResult[Guests], Resolve(ask_for_guests)]
) -> str:
    """Plans a dinner; asks the person how many guests there are."""
    if not isinstance(guests, AcceptedElicitation):
        return "There is no dinner."
    kind = "vegetarian " if guests.data.vegetarian else ""
    return f"{kind}{dish} for {guests.data.number}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, help="serve by HTTP on this port of 127.0.0.1")
    port = parser.parse_args().port
    if port:
        server.run("streamable-http", host="127.0.0.1", port=port)
    else:
        server.run()
