"""Passing a stream of events on without losing the hold on its source."""

import contextlib
from collections.abc import AsyncGenerator, AsyncIterator

from routing.types import Event


@contextlib.asynccontextmanager
async def closing(events: AsyncIterator[Event]) -> AsyncIterator[AsyncIterator[Event]]:
    """Close `events` at the end of the block: a bare `async for` leaves that to the collector,
    and until then the server goes on generating."""
    try:
        yield events
    finally:
        if isinstance(events, AsyncGenerator):
            await events.aclose()
