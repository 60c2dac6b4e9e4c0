"""A generation while it runs: an asyncio task that belongs to no request and no socket.

No HTTP, no HTML and no ORM here. Everybody who is interested follows:

- exactly one `Finished` reaches every follower, also after an exception and after a stop;
- `finish` (which saves the row) has ended before `Finished` is published;
- a snapshot and the subscription are taken with no await between, so that a follower never misses
  or doubles a character.
"""

import asyncio
import contextlib
import contextvars
import logging
import sys
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import replace
from time import monotonic
from uuid import UUID

from chatstudio.base.text import cut_to_size
from conversations.answering.course import Course
from conversations.answering.transcript import Transcript
from routing.errors import RoutingError
from routing.tools.base import Risk
from routing.types import (
    Event,
    Finished,
    ReasoningDelta,
    TextDelta,
    ToolCallStarted,
)

logger = logging.getLogger(__name__)

REGISTRY: dict[UUID, "LiveGeneration"] = {}

# A database that is busy or away for a minute costs nobody's words.
SAVE_ATTEMPTS = 12
HELD = 256
"""Events that are kept for who comes back; what is older is in the transcript alone."""
HELD_AT_FIRST = 16
"""As long as nobody follows who could come back: all of 300 answers would be some 16 MB."""
RETRY_SECONDS = 0.2
AT_ONCE = 32
"""Events after which all others have their turn. A packet may hold hundreds, and where the next one
is there already, reading never waits: a model that floods would be the only one to be read."""
BREATH_SECONDS = 0.002
CERTAIN_TO_FIT = 250
"""Characters of a piece that may be a little more than there is room for."""


class Follower:
    """One reader's bounded slot. Where it overflows, the events in it are dropped and
    `missed` is set: the reader takes a fresh look at the transcript instead."""

    LIMIT = 512

    def __init__(self) -> None:
        self.missed = False
        self._events: deque[tuple[int, Event]] = deque()
        self._wake = asyncio.Event()

    def push(self, sequence: int, event: Event) -> None:
        if len(self._events) >= self.LIMIT:
            self._events.clear()
            self.missed = True
        self._events.append((sequence, event))
        self._wake.set()

    async def wait(self) -> None:
        await self._wake.wait()

    def take(self) -> list[tuple[int, Event]]:
        """Everything since the last call, numbered."""
        self._wake.clear()
        taken, self._events = list(self._events), deque()
        return taken


def has_effects(event: Event) -> bool:
    """A call that does more than reading is about to run: before that, the rows must know of it.
    The source goes on only when the next event is asked for."""
    return isinstance(event, ToolCallStarted) and event.risk not in ("", Risk.READS)


class LiveGeneration:
    """`key` is the generation's public id, `message_key` that of the message it writes. `keep`
    saves what there is. `longest` is the bytes at which an answer is ended."""

    def __init__(
        self,
        key: UUID,
        message_key: UUID,
        source: AsyncGenerator[Event],
        finish: Callable[["LiveGeneration", Finished], Awaitable[None]],
        transcript: Transcript,
        keep: Callable[["LiveGeneration"], Awaitable[None]] | None = None,
        longest: int = sys.maxsize,
    ) -> None:
        self.key = key
        self.message_key = message_key
        self.transcript = transcript
        self.sequence = 0
        self.began = monotonic()
        self.first_delta_at: float | None = None
        self.course = Course()
        self.keep = keep
        self.longest = longest
        self.unsaved: Finished | None = None
        self._source = source
        self._finish = finish
        self._followers: set[Follower] = set()
        self._held: deque[tuple[int, Event]] = deque(maxlen=HELD_AT_FIRST)
        self._stopping = False
        self._reading = False
        self._done = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> "LiveGeneration":
        """The task gets an empty context: a request's own context has a thread executor that
        ends with the response, and the first query after that would fail."""
        REGISTRY[self.key] = self
        self._task = asyncio.create_task(self._run(), context=contextvars.Context())
        return self

    @staticmethod
    def get(key: UUID) -> "LiveGeneration | None":
        return REGISTRY.get(key)

    @staticmethod
    def of_message(message_key: UUID) -> "LiveGeneration | None":
        return next((g for g in list(REGISTRY.values()) if g.message_key == message_key), None)

    def follow(self, *, may_come_back: bool = False) -> Follower:
        if may_come_back and self._held.maxlen != HELD:
            self._held = deque(self._held, maxlen=HELD)
        follower = Follower()
        self._followers.add(follower)
        return follower

    def held_after(self, number: int) -> list[tuple[int, Event]] | None:
        """The events after that one, numbered; None where not all of them are held any more."""
        oldest = self._held[0][0] if self._held else self.sequence + 1
        if not oldest - 1 <= number <= self.sequence:
            return None
        return [(n, event) for n, event in self._held if n > number]

    def unfollow(self, follower: Follower) -> None:
        self._followers.discard(follower)

    def stop(self) -> None:
        """Closes the connection to the model, which is what makes it stop. Once is enough."""
        if self._stopping or self._task is None or self._done.is_set():
            return
        self._stopping = True
        if self._reading:  # a task that is cancelled before its first step would never run
            self._task.cancel()

    @property
    def has_ended(self) -> bool:
        return self._done.is_set()

    async def wait(self) -> None:
        await self._done.wait()

    async def _run(self) -> None:
        try:
            last = await self._read()
            self.transcript.close()
            await self._save(last)
        finally:
            REGISTRY.pop(self.key, None)
            self._done.set()
        self._publish(last)

    async def _read(self) -> Finished:
        if self._stopping:
            return Finished("cancelled")
        self._reading = True
        try:
            async with contextlib.aclosing(self._source) as events:
                async for event in events:
                    if isinstance(event, Finished):
                        return event
                    fitting = self._cut_to_room(event)
                    self._note(fitting)
                    self._publish(fitting)
                    await self._keep_before_effects(event)
                    if fitting is not event or self._room <= 0:
                        return Finished("too_long")
                    await self._leave_others_their_turn()
            return Finished("ended_early")
        except asyncio.CancelledError:
            if task := asyncio.current_task():
                task.uncancel()
            return Finished("cancelled")
        except RoutingError as error:
            return Finished("error", error_code=error.code, error_context=error.context)
        except Exception:
            logger.exception("A generation failed in a way that nobody foresaw")
            return Finished("error", error_code="routing_error")

    async def _keep_before_effects(self, event: Event) -> None:
        if self.keep and has_effects(event):
            await self.keep(self)

    async def _leave_others_their_turn(self) -> None:
        if self.sequence % AT_ONCE == 0:
            await asyncio.sleep(BREATH_SECONDS)

    @property
    def _room(self) -> int:
        """Bytes for which there is room: a model that repeats itself does so without end."""
        return self.longest - self.transcript.size

    def _cut_to_room(self, event: Event) -> Event:
        if not isinstance(event, TextDelta | ReasoningDelta) or len(event.text) <= CERTAIN_TO_FIT:
            return event
        text = cut_to_size(event.text, self._room)
        return event if text == event.text else replace(event, text=text)

    def _note(self, event: Event) -> None:
        self.transcript.apply(event)
        if not isinstance(event, TextDelta | ReasoningDelta):
            self.course.note(event)
            if not isinstance(event, ToolCallStarted):
                return
        if self.first_delta_at is None:
            self.first_delta_at = monotonic()

    async def _save(self, last: Finished) -> None:
        self._stopping = True  # from here on a stop would interrupt the saving
        for attempt in range(SAVE_ATTEMPTS):
            try:
                return await self._finish(self, last)
            except Exception:
                logger.exception("Saving a finished answer failed, attempt %d", attempt + 1)
                await asyncio.sleep(min(RETRY_SECONDS * 2**attempt, 10))
        self.unsaved = last

    def _publish(self, event: Event) -> None:
        self.sequence += 1
        self._held.append((self.sequence, event))
        for follower in list(self._followers):
            follower.push(self.sequence, event)
