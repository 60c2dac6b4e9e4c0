"""The channels that a server wants to hear, and which of them Redis has confirmed."""

import asyncio
from collections.abc import Callable, Iterable

PATIENCE_SECONDS = 1.0


class Channels:
    """`changed` is called where a subscription has to be made or ended, `came_late` with a channel
    that Redis carries after `carried` had given up waiting for that.

    A channel is left only after it was confirmed, so that each confirmation means now.
    """

    def __init__(self, changed: Callable[[], None], came_late: Callable[[str], None]) -> None:
        self._changed = changed
        self._came_late = came_late
        self._wanted: set[str] = set()
        self._asked_for: set[str] = set()
        self._carried: set[str] = set()
        self._unconfirmed: dict[str, asyncio.Event] = {}
        self._late: set[str] = set()

    def join(self, channels: Iterable[str]) -> None:
        for channel in channels:
            self._wanted.add(channel)
            if channel not in self._carried:
                self._unconfirmed.setdefault(channel, asyncio.Event())
        self._changed()

    def leave(self, channels: Iterable[str]) -> None:
        for channel in channels:
            self._wanted.discard(channel)
            if channel not in self._asked_for:
                self._settle(channel)
        self._changed()

    async def carried(self, channels: Iterable[str]) -> None:
        waiting = {name: e for name in channels if (e := self._unconfirmed.get(name))}
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                for event in waiting.values():
                    await event.wait()
        except TimeoutError:
            self._late |= waiting.keys() & self._unconfirmed.keys()

    def to_join(self) -> set[str]:
        """They count as asked for from now on."""
        new = self._wanted - self._asked_for
        self._asked_for |= new
        return new

    def to_leave(self) -> set[str]:
        old = self._carried - self._wanted
        self._asked_for -= old
        self._carried -= old
        return old

    def confirm(self, channel: str) -> None:
        self._carried.add(channel)
        self._settle(channel)
        self._changed()

    def forget_line(self) -> None:
        """Nobody waits for a line that is gone."""
        self._late.clear()
        self._asked_for.clear()
        self._carried.clear()
        for event in self._unconfirmed.values():
            event.set()
        self._unconfirmed = {channel: asyncio.Event() for channel in self._wanted}

    def _settle(self, channel: str) -> None:
        if event := self._unconfirmed.pop(channel, None):
            event.set()
        if channel in self._late:
            self._late.discard(channel)
            self._came_late(channel)
