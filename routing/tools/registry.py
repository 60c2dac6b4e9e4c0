"""Which tools there are for somebody: the fixed ones, and those that sources offer at the moment.

Apps to the left of routing register theirs in `AppConfig.ready`.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from routing.tools.base import Maker, Tool, ToolContext

logger = logging.getLogger(__name__)

type Source = Callable[[ToolContext], Awaitable[Sequence[Tool]]]

FIXED: list[Maker] = []
SOURCES: list[Source] = []
AT_TIMES: list[Maker] = []
"""What sources offer where there is use for it; it can be chosen before."""


def register(*makers: Maker) -> None:
    """Tools that everybody has."""
    FIXED.extend(maker for maker in makers if maker not in FIXED)


def register_source(source: Source, *at_times: Maker) -> None:
    """Tools that depend on who asks and where, or on what a server offers now."""
    if source not in SOURCES:
        SOURCES.append(source)
        AT_TIMES.extend(at_times)


def names_at_times() -> set[str]:
    """Of tools that nobody misses where there is no use for them."""
    return {maker().name for maker in AT_TIMES}


async def tools_for(context: ToolContext) -> dict[str, Tool]:
    """By name."""
    return (await _find_tools(context, FIXED))[0]


async def tools_to_choose(context: ToolContext, seconds: float) -> tuple[dict[str, Tool], bool]:
    """With those that are there at times, and whether all sources have answered in this time."""
    return await _find_tools(context, [*FIXED, *AT_TIMES], seconds)


async def _find_tools(
    context: ToolContext, makers: Sequence[Maker], seconds: float | None = None
) -> tuple[dict[str, Tool], bool]:
    """A source that fails takes nothing away from the others."""
    found = {tool.name: tool for tool in (maker() for maker in makers)}
    is_whole = True
    for source in SOURCES:
        try:
            async with asyncio.timeout(seconds):
                offered = await source(context)
            for tool in offered:
                found.setdefault(tool.name, tool)
        except Exception as error:
            is_whole = False
            if seconds is None or not isinstance(error, TimeoutError):
                logger.exception("A source of tools failed; its tools are missing in this answer")
    return found, is_whole
