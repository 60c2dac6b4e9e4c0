"""Carries frames from whoever makes them to every page that shows them, within one process.

A topic is a conversation or a person. A frame that appends carries the conversation's revision,
as it must be shown once; a frame of a running answer carries the message it belongs to. Both let a
page that has just been given a fresh picture drop what that picture contains already. All other
frames may be shown twice without harm.
"""

import asyncio
from collections import defaultdict, deque
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Frame:
    """Without `html` the frame only says that the person's sidebar has changed."""

    html: str = ""
    revision: int | None = None
    message: UUID | None = None


class Subscription:
    """A page's bounded slot; one that overflows is emptied and `stale`, and asks for a fresh
    picture, so that a slow reader never grows memory."""

    LIMIT = 128

    def __init__(self, tab: str = "") -> None:
        self.tab = tab
        self.stale = False
        self._frames: deque[Frame] = deque()
        self._wake = asyncio.Event()

    def push(self, frame: Frame) -> None:
        if len(self._frames) >= self.LIMIT:
            self._frames.clear()
            self.stale = True
        if not self.stale:
            self._frames.append(frame)
        self._wake.set()

    def wake(self) -> None:
        self._wake.set()

    async def wait(self) -> None:
        await self._wake.wait()
        self._wake.clear()

    def take(self) -> list[Frame]:
        taken, self._frames = list(self._frames), deque()
        return taken

    def forget(self, revision: int, messages: set[UUID]) -> None:
        """Drops what a fresh picture of this revision and of these running answers contains. An
        answer that the picture does not know yet keeps its frames: they follow its append."""
        self.stale = False
        known = messages - {f.message for f in self._frames if (f.revision or 0) > revision}
        self._frames = deque(
            frame
            for frame in self._frames
            if (frame.message not in known if frame.revision is None else frame.revision > revision)
        )


class Hub:
    def __init__(self) -> None:
        self._topics: defaultdict[str, set[Subscription]] = defaultdict(set)

    def subscribe(self, subscription: Subscription, *topics: str) -> None:
        for topic in topics:
            self._topics[topic].add(subscription)

    def unsubscribe(self, subscription: Subscription, *topics: str) -> None:
        for topic in topics:
            self._topics[topic].discard(subscription)
            if not self._topics[topic]:
                del self._topics[topic]

    def publish(self, topic: str, frame: Frame) -> None:
        for subscription in list(self._topics.get(topic, ())):
            subscription.push(frame)

    def has_tab(self, topic: str, tab: str) -> bool:
        """Whether the page that calls itself `tab` hears this topic."""
        return bool(tab) and any(s.tab == tab for s in self._topics.get(topic, ()))


def conversation_topic(key: UUID) -> str:
    return f"conversation:{key}"


def person_topic(user_id: int) -> str:
    return f"person:{user_id}"


hub = Hub()
