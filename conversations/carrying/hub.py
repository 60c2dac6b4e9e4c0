"""Carries frames from whoever makes them to every page that shows them: within one process, or
with REDIS_URL between all that share it (see redis_hub).

A topic is a conversation or a person. A frame that appends carries the conversation's revision,
as it must be shown once; a frame of a running answer carries the message it belongs to. Both let a
page that has just been given a fresh picture drop what that picture contains already. All other
frames may be shown twice without harm.

A page whose answer another process writes awaits a snapshot: until it comes, or the answer's end,
the page gets none of that answer's frames, which would not fit what it shows.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Set
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Frame:
    """Without `html` the frame only says that the person's sidebar has changed.

    `whole` names the message that `html` brings in full. With `message` too it is a snapshot, for
    those pages that await one; without `html` it tells them that there is nothing to await.
    `sidebar` is the digest of a person's list, of which no item is marked as the current one; such
    a frame is made by each process for its own pages.
    """

    html: str = ""
    revision: int | None = None
    message: UUID | None = None
    whole: UUID | None = None
    sidebar: str = ""

    @property
    def is_snapshot(self) -> bool:
        return self.whole is not None and self.whole == self.message


class Wish(StrEnum):
    SHOW = "show"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Request:
    """To the process that writes this message: a snapshot to the topic, please, or stop."""

    wish: Wish
    message: UUID
    topic: str


type Desk = Callable[[Request], None]


class Subscription:
    """A page's bounded slot; one that overflows is emptied and `stale`, and asks for a fresh
    picture, so that a slow reader never grows memory."""

    LIMIT = 128

    def __init__(self, tab: str = "") -> None:
        self.tab = tab
        self.stale = False
        self._awaited: set[UUID] = set()
        self._frames: deque[Frame] = deque()
        self._wake = asyncio.Event()

    def push(self, frame: Frame) -> None:
        if (frame.message in self._awaited) != frame.is_snapshot:
            return
        if frame.whole is not None:
            self._awaited.discard(frame.whole)
        if frame.html or not frame.is_snapshot:
            self._keep(frame)

    def _keep(self, frame: Frame) -> None:
        if len(self._frames) >= self.LIMIT:
            self._frames.clear()
            self.stale = True
        if not self.stale:
            self._frames.append(frame)
        self._wake.set()

    def miss(self) -> None:
        """Something was lost on the way."""
        self._frames.clear()
        self.stale = True
        self._wake.set()

    def wake(self) -> None:
        self._wake.set()

    async def wait(self) -> None:
        await self._wake.wait()
        self._wake.clear()

    def take(self) -> list[Frame]:
        taken, self._frames = list(self._frames), deque()
        return taken

    def forget(self, revision: int, messages: Set[UUID], awaited: Set[UUID] = frozenset()) -> None:
        """Drops what a fresh picture of this revision and of these running answers contains; the
        `awaited` are those whose snapshot is asked for now. An answer that the picture does not
        know yet keeps its frames: they follow its append."""
        newer = {f.message for f in self._frames if (f.revision or 0) > revision}
        self._awaited = set(awaited - newer)
        known = (messages | awaited) - newer
        self._frames = deque(
            frame
            for frame in self._frames
            if (frame.message not in known if frame.revision is None else frame.revision > revision)
        )


class Hub:
    """Within one process. What concerns other processes has nothing to do here."""

    reaches_others = False

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

    async def carries(self, *topics: str) -> None:
        """Returns when nothing that is published from now on, wherever, will be missed here."""

    def publish(self, topic: str, frame: Frame) -> None:
        self.deliver(topic, frame)

    def deliver(self, topic: str, frame: Frame) -> None:
        """To the pages of this process alone."""
        for subscription in list(self._topics.get(topic, ())):
            subscription.push(frame)

    def listeners(self, topic: str) -> int:
        return len(self._topics.get(topic, ()))

    async def has_tab(self, topic: str, tab: str) -> bool:
        """Whether the page that calls itself `tab` hears this topic."""
        return self._has_tab_here(topic, tab)

    def _has_tab_here(self, topic: str, tab: str) -> bool:
        return bool(tab) and any(s.tab == tab for s in self._topics.get(topic, ()))

    def missed(self, topic: str | None = None) -> None:
        """The pages of this topic, or all, take a fresh picture."""
        for name in list(self._topics) if topic is None else [topic]:
            for subscription in self._topics.get(name, ()):
                subscription.miss()

    def open(self) -> None:
        """Within the event loop: connects to the other processes."""

    def serve(self, process_id: int, desk: Desk) -> None:
        """Other processes may send their requests to `desk` under this id."""

    def request(self, process_id: int, request: Request) -> None:
        """Asks another process; what it does about it, its pages and ours see in frames."""

    def farewell(self) -> None:
        """At exit, when answers that were being written have been marked interrupted."""


def conversation_topic(key: UUID) -> str:
    return f"conversation:{key}"


def person_topic(user_id: int) -> str:
    return f"person:{user_id}"


def process_topic(process_id: int) -> str:
    return f"process:{process_id}"


def _hub() -> Hub:
    if not settings.REDIS_URL:
        return Hub()
    from conversations.carrying.redis_hub import RedisHub

    return RedisHub(settings.REDIS_URL)


hub = _hub()
