"""One server's line to Redis: the channels it hears, what it says, and whether the line holds.

Redis keeps nothing for who is away, so a gap is never filled. Instead `Hearer.line_is_up` is
called whenever the line stands, for the first time or again: then anything may have been missed.
What is said without a line is dropped for the same reason.
"""

import asyncio
import contextvars
import logging
from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from conversations.carrying.channels import PATIENCE_SECONDS, Channels

if TYPE_CHECKING:
    from redis.asyncio import Redis
    from redis.asyncio.client import PubSub

logger = logging.getLogger(__name__)

RETRY_SECONDS = 1.0
ANSWER_SECONDS = 5.0
PULSE_SECONDS = 5.0
SILENCE_SECONDS = 3 * PULSE_SECONDS


class Hearer(Protocol):
    def line_is_up(self) -> None: ...

    def came_late(self, channel: str) -> None:
        """Redis carries the channel after `carried` had given up waiting for that."""

    def heard(self, channel: str, payload: bytes) -> None: ...


class RedisLink:
    """`pulse` is a channel of this server alone: what it says there it has to hear itself."""

    LIMIT = 10_000

    def __init__(self, url: str, pulse: str, hearer: Hearer) -> None:
        self.url = url
        self.pulse = pulse
        self.hearer = hearer
        self.is_up = False
        self._unsaid: deque[tuple[str, bytes]] = deque()
        self._wake = asyncio.Event()
        self.channels = Channels(self._wake.set, hearer.came_late)
        self._task: asyncio.Task[None] | None = None
        self._client: Redis | None = None
        self._has_warned = False

    def start(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._keep(), context=contextvars.Context())

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        self._forget_line()

    async def carried(self, channels: Iterable[str]) -> None:
        """Returns when Redis carries these channels here; at once where there is no line."""
        if self.is_up:
            await self.channels.carried(channels)

    def say(self, channel: str, payload: bytes) -> None:
        if self.is_up:
            self._unsaid.append((channel, payload))
            self._wake.set()

    async def is_heard(self, channel: str) -> bool:
        """Whether any server hears this channel; without an answer, no."""
        if not self.is_up or self._client is None:
            return False
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                ((_, count),) = await self._client.pubsub_numsub(channel)
        except Exception:  # the line's own tasks notice and report what is wrong
            return False
        return bool(count)

    async def _keep(self) -> None:
        while True:
            try:
                await self._hold()
            except Exception as error:  # whatever it is, chatting on this server goes on
                self._warn(error)
            self._forget_line()
            await asyncio.sleep(RETRY_SECONDS)

    async def _hold(self) -> None:
        # Only here, so that nothing of Redis is loaded where REDIS_URL is empty.
        from redis.asyncio import Redis
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff

        client = Redis.from_url(
            self.url,
            socket_timeout=ANSWER_SECONDS,
            socket_connect_timeout=ANSWER_SECONDS,
            retry=Retry(NoBackoff(), 0),  # a silent reconnection would hide a gap
        )
        async with client, client.pubsub() as ears:
            await self._tune(ears)
            await ears.subscribe(self.pulse)
            self._client = client
            async with asyncio.TaskGroup() as line:
                line.create_task(self._talk(client, ears))
                line.create_task(self._listen(ears))

    async def _talk(self, client: "Redis", ears: "PubSub") -> None:
        while True:
            self._wake.clear()
            await self._tune(ears)
            if self._unsaid:
                await self._send(client)
                continue
            try:
                async with asyncio.timeout(PULSE_SECONDS):
                    await self._wake.wait()
            except TimeoutError:
                self.say(self.pulse, b"")

    async def _tune(self, ears: "PubSub") -> None:
        if new := self.channels.to_join():
            await ears.subscribe(*new)
        if old := self.channels.to_leave():
            await ears.unsubscribe(*old)

    async def _send(self, client: "Redis") -> None:
        if len(self._unsaid) > self.LIMIT:
            raise ConnectionError("it takes messages more slowly than they are written")
        batch, self._unsaid = self._unsaid, deque()
        pipeline = client.pipeline(transaction=False)
        for channel, payload in batch:
            pipeline.publish(channel, payload)
        await pipeline.execute()

    async def _listen(self, ears: "PubSub") -> None:
        while True:
            message = await ears.get_message(timeout=SILENCE_SECONDS)
            if message is None:
                raise ConnectionError("it has gone silent")
            self._hear(message["type"], message["channel"].decode(), message["data"])

    def _hear(self, kind: str, channel: str, data: bytes) -> None:
        if channel == self.pulse:
            if kind == "subscribe":
                self._stand()
        elif kind == "message":
            self.hearer.heard(channel, data)
        elif kind == "subscribe":
            self.channels.confirm(channel)

    def _stand(self) -> None:
        """All that was wanted when the line was made is confirmed: Redis answers in order."""
        self.is_up = True
        if self._has_warned:
            logger.warning("Redis at %s answers again", self._address())
        self._has_warned = False
        self.hearer.line_is_up()

    def _forget_line(self) -> None:
        self.is_up = False
        self._client = None
        self._unsaid.clear()
        self.channels.forget_line()

    def _warn(self, error: Exception) -> None:
        if self._has_warned:
            return
        self._has_warned = True
        first = error.exceptions[0] if isinstance(error, ExceptionGroup) else error
        logger.warning(
            "Redis at %s does not answer (%s). Pages of other server processes get no news from "
            "here until it does; start it, or correct REDIS_URL.",
            self._address(),
            first,
        )

    def _address(self) -> str:
        """Without the password."""
        return urlsplit(self.url).netloc.rpartition("@")[2] or "?"
