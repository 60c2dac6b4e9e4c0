"""The hub where several server processes act as one. Pages of this process are served directly,
as in `Hub`; whatever is published goes to the other processes over Redis as well.

Order holds: a process says everything over one line, Redis passes it on in that order, and each
process hears it over one line. After a gap, on either side, all pages take a fresh picture.
Whoever can write to this Redis can write on the pages: it has to be as private as the database.
"""

import logging
from collections.abc import Iterable
from uuid import uuid4

from django.utils.crypto import salted_hmac

from conversations.carrying import wire
from conversations.carrying.hub import Desk, Frame, Hub, Request, Subscription, process_topic
from conversations.carrying.redis_link import RedisLink

logger = logging.getLogger(__name__)

EVERYBODY = "everybody"


class RedisHub(Hub):
    reaches_others = True

    def __init__(self, url: str) -> None:
        super().__init__()
        # Channels are common to all databases of a Redis. Processes that act as one share their
        # SECRET_KEY; another Chat Studio on the same Redis has its own.
        key = salted_hmac("conversations.live.redis_hub", "channels", algorithm="sha256")
        self._prefix = f"chatstudio:{key.hexdigest()[:16]}:"
        self._sender = uuid4().hex.encode()
        self._desk: Desk | None = None
        self._link = RedisLink(url, f"{self._prefix}pulse:{self._sender.decode()}", self)
        self._channels = self._link.channels
        self._channels.join([self._prefix + EVERYBODY])

    def open(self) -> None:
        self._link.start()

    async def close(self) -> None:
        await self._link.close()

    def serve(self, process_id: int, desk: Desk) -> None:
        self._desk = desk
        self._channels.join([self._prefix + process_topic(process_id)])

    def subscribe(self, subscription: Subscription, *topics: str) -> None:
        super().subscribe(subscription, *topics)
        self.open()
        self._channels.join(self._names(topics))
        if subscription.tab:
            self._channels.join(self._tab_channel(topic, subscription.tab) for topic in topics)

    def unsubscribe(self, subscription: Subscription, *topics: str) -> None:
        super().unsubscribe(subscription, *topics)
        tab = subscription.tab
        self._channels.leave(self._names(topic for topic in topics if topic not in self._topics))
        self._channels.leave(
            self._tab_channel(topic, tab) for topic in topics if not self._has_tab_here(topic, tab)
        )

    async def carries(self, *topics: str) -> None:
        await self._link.carried(self._names(topics))

    def publish(self, topic: str, frame: Frame) -> None:
        super().publish(topic, frame)
        self._say(topic, wire.encode(frame))

    async def has_tab(self, topic: str, tab: str) -> bool:
        """That a tab is there is told by a channel of its own on which nothing is ever said:
        Redis forgets it with the process that hears it."""
        if not tab or self._has_tab_here(topic, tab):
            return bool(tab)
        return await self._link.is_heard(self._tab_channel(topic, tab))

    def request(self, process_id: int, request: Request) -> None:
        self._say(process_topic(process_id), wire.encode(request))

    def farewell(self) -> None:
        """Synchronous, as the event loop has ended: pages elsewhere look at the rows again."""
        from redis import Redis

        try:
            with Redis.from_url(self._link.url, socket_timeout=1, socket_connect_timeout=1) as last:
                last.publish(self._prefix + EVERYBODY, self._sender)
        except Exception as error:
            logger.warning("The other server processes could not be told of the end: %s", error)

    def line_is_up(self) -> None:
        self.missed()
        self._say(EVERYBODY)

    def came_late(self, channel: str) -> None:
        self.missed(channel.removeprefix(self._prefix))

    def heard(self, channel: str, payload: bytes) -> None:
        if payload.startswith(self._sender):
            return
        try:
            self._take(channel.removeprefix(self._prefix), payload[len(self._sender) :])
        except Exception:
            logger.exception("A message of another server process could not be used")

    def _take(self, topic: str, body: bytes) -> None:
        if topic == EVERYBODY:
            self.missed()
            return
        carried = wire.decode(body)
        if isinstance(carried, Frame):
            super().publish(topic, carried)
        elif self._desk is not None:
            self._desk(carried)

    def _say(self, topic: str, body: bytes = b"") -> None:
        self.open()
        self._link.say(self._prefix + topic, self._sender + body)

    def _names(self, topics: Iterable[str]) -> list[str]:
        return [self._prefix + topic for topic in topics]

    def _tab_channel(self, topic: str, tab: str) -> str:
        return f"{self._prefix}tab:{tab}:{topic}"
