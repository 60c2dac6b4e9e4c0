"""Which tools there are for somebody: the fixed ones, and those that sources offer at the moment.

Apps to the left of routing register theirs in `AppConfig.ready`.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence

from routing.tools.base import Maker, Tool, ToolContext

logger = logging.getLogger(__name__)

type Source = Callable[[ToolContext], Awaitable[Sequence[Tool]]]

FIXED: list[Maker] = []
SOURCES: list[Source] = []


def register(*makers: Maker) -> None:
    """Tools that everybody has."""
    FIXED.extend(maker for maker in makers if maker not in FIXED)


def register_source(source: Source) -> None:
    """Tools that depend on who asks and where, or on what a server offers now."""
    if source not in SOURCES:
        SOURCES.append(source)


async def tools_for(context: ToolContext) -> dict[str, Tool]:
    """By name. A source that fails takes nothing away from the others."""
    found = {tool.name: tool for tool in (maker() for maker in FIXED)}
    for source in SOURCES:
        try:
            for tool in await source(context):
                found.setdefault(tool.name, tool)
        except Exception:
            logger.exception("A source of tools failed; its tools are missing in this answer")
    return found
