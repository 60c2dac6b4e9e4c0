"""Shows an answer on every page while it is written: events in, frames out, paced by the clock."""

import asyncio
import contextlib
import contextvars
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from time import monotonic, perf_counter
from uuid import UUID

from conversations.answering.course import describe_route, expected_name
from conversations.answering.generation import REGISTRY, Follower, LiveGeneration
from conversations.answering.news import AnswerEnded, tell
from conversations.answering.queueing import is_busy_for_others, place_in_queue
from conversations.answering.transcript import Part
from conversations.carrying.hub import Frame, Request, Wish, conversation_topic, hub
from conversations.models import Generation
from conversations.rendering import BlockStream, Changes
from conversations.rendering.pieces import MOST
from conversations.showing import frames
from conversations.showing.article_views import (
    ArticleView,
    PartView,
    active_article_view,
    end_of_first_piece,
    going_on_sentence,
    notices_of,
    waiting_sentence,
)
from conversations.showing.call_views import call_view
from routing.types import Finished
from routing.waiting import what_it_waits_for

logger = logging.getLogger(__name__)

FIRST_LOOK_SECONDS = 0.4
NEXT_LOOK_SECONDS = 2.0
QUIET_SECONDS = 8.0
"""After so long a silence the pages are told how it stands. With the next look that is every ten
seconds at least: a page that hears nothing for longer has lost its connection (stalling.js)."""
SHORTEST_HOLD = 0.033
LONGEST_HOLD = 0.5
RENDERS = 20
"""A flush may take a twentieth of the time."""
HOLD_PER_ANSWER = 0.0007
LATENESS = 6
"""Where the event loop itself is late, the hold grows by so many times that."""
STEP = 20_000
"""Characters that a flush may add: a server may send a megabyte at once, and all others wait."""
LONG = 20_000
"""Characters from which a render would let all others wait, so it is done in a thread."""

STREAMERS: dict[UUID, "Streamer"] = {}


@dataclass(slots=True)
class Pace:
    """All in seconds. One slow render (a block of code that is coloured) is no reason to wait; two
    in a row are."""

    last_render: float = 0.0
    lateness: float = 0.0

    def after(self, render: float, answers: int) -> float:
        """How long to hold after a flush that took `render`."""
        usual = min(self.last_render, render)
        self.last_render = render
        hold = max(
            SHORTEST_HOLD - render,
            RENDERS * usual,
            HOLD_PER_ANSWER * answers,
            LATENESS * self.lateness,
        )
        return min(hold, LONGEST_HOLD)

    def woke(self, late: float) -> None:
        """The hold has ended so much later than planned."""
        self.lateness = (self.lateness + max(0.0, late)) / 2


class Streamer:
    """One for each answer that this process writes, found by the message's public id.

    A flush renders the text, up to a step further than the last one, and sends what is new.
    `snapshot` gives a page that comes in the middle what the last flush has shown, so that the
    frames which follow fit.
    """

    def __init__(self, live: LiveGeneration, generation: Generation) -> None:
        self.live = live
        self.generation = generation
        self.conversation = generation.answer.conversation
        self.key = generation.answer.public_id
        self.topic = conversation_topic(self.conversation.public_id)
        self.blocks: dict[int, BlockStream] = {}
        self.waiting_for = ""
        self.pace = Pace()
        self.ahead = 0
        self.is_behind = False
        """There is more to show than the last flush did."""
        self._shown: dict[int, int] = {}
        self._article = active_article_view(generation)
        self._states_shown: list[str] = []
        self._flushes = 0
        """How often the words have changed on the pages: a page that missed one takes no next."""
        self._shown_status = waiting_sentence("", self._name())
        self._status_since = self._published_at = monotonic()
        if live.transcript.parts:  # an answer that is continued
            self._shown = {part.position: part.length for part in live.transcript.parts}
            self._show_beginning()

    def _show_beginning(self) -> None:
        """For pages that come before the first flush. The others have it from the rows, without a
        number, so that flush brings them the whole article."""
        for part in self.live.transcript.parts:
            stream = self.blocks[part.position] = BlockStream()
            if not part.call:
                stream.update(self._text_to_show(part), final=True)

    def start(self, follower: Follower) -> None:
        STREAMERS[self.key] = self
        self._task = asyncio.create_task(self._run(follower), context=contextvars.Context())

    async def _run(self, follower: Follower) -> None:
        patience = FIRST_LOOK_SECONDS
        try:
            while True:
                try:
                    async with asyncio.timeout(patience):
                        if not self.is_behind:
                            await follower.wait()
                except TimeoutError:
                    patience = NEXT_LOOK_SECONDS
                    await self._look_what_it_waits_for()
                    continue
                if any(isinstance(event, Finished) for _, event in follower.take()):
                    break
                await self._hold(await self._flush())
        except Exception:
            logger.exception("Showing an answer failed; its text is safe")
            await self.live.wait()
        finally:
            self.live.unfollow(follower)
            await self._end()

    async def _flush(self) -> float:
        """Sends what has changed; the seconds to wait until the next flush."""
        began = perf_counter()
        self.is_behind = False
        if self._states() != self._states_shown:
            await self._show_all_parts()
            self._publish(frames.article(self.snapshot()))
        else:
            self._publish(self._status_change())
            await self._send_growth()
        if not self.blocks:  # the first word does not wait
            return 0.0
        return self.pace.after(perf_counter() - began, len(REGISTRY))

    async def _hold(self, seconds: float) -> None:
        """The end of the answer does not wait."""
        planned = perf_counter() + seconds
        try:
            async with asyncio.timeout(seconds):
                await self.live.wait()
        except TimeoutError:
            self.pace.woke(perf_counter() - planned)

    def _publish(self, frame: str) -> None:
        if frame:
            self._published_at = monotonic()
            hub.publish(self.topic, Frame(frame, message=self.key))

    async def _send_growth(self) -> None:
        parts = list(self.live.transcript.parts)
        for part in parts:
            is_last = part is parts[-1]
            if not part.call and (is_last or self._is_behind(part)):
                await self._send_growth_of(part, final=not is_last)

    async def _send_growth_of(self, part: Part, *, final: bool) -> None:
        position, text = part.position, self._text_to_show(part)
        stream, number = self.blocks[position], self._flushes + 1

        def render() -> tuple[Changes, str]:
            changes = stream.find_changes(text, final=final)
            return changes, frames.growth(self.key, number, position, changes) if changes else ""

        changes, frame = await _beside_others(render, len(text))
        stream.take(changes)
        self._flushes += bool(frame)
        self._publish(frame)

    async def _show_all_parts(self) -> None:
        states, parts = self._states(), list(self.live.transcript.parts)
        for part in parts:
            stream = self.blocks.get(part.position, BlockStream())
            if not part.call:
                text = self._text_to_show(part)
                look = partial(stream.find_changes, text, final=part is not parts[-1])
                stream.take(await _beside_others(look, len(text)))
            self.blocks[part.position] = stream
        self._states_shown = states
        self._show_status(self._status_text())
        self._flushes += 1

    def _text_to_show(self, part: Part) -> str:
        """A page takes one piece of a very long text, and a flush a step of that."""
        text = part.content
        end = end_of_first_piece(text)
        shown = min(end, self._shown.get(part.position, 0) + STEP)
        self._shown[part.position] = shown
        self.is_behind = self.is_behind or shown < end
        return text[:shown]

    def _is_behind(self, part: Part) -> bool:
        """One that another follows already."""
        shown = self._shown[part.position]
        return shown < part.length and shown < end_of_first_piece(part.content)

    def _states(self) -> list[str]:
        """What each part is, or how far its tool call: a change makes the article anew."""
        parts = self.live.transcript.parts
        return [part.call.status if part.call else part.kind for part in parts]

    def _status_change(self) -> str:
        text = self._status_text()
        is_quiet = monotonic() - self._published_at >= QUIET_SECONDS
        if text == self._shown_status and not is_quiet:
            return ""
        self._show_status(text)
        return frames.status_line(self.key, text, self._status_seconds())

    def _show_status(self, text: str) -> None:
        if text != self._shown_status:
            self._status_since = monotonic()
        self._shown_status = text

    def _status_seconds(self) -> int | None:
        """How long it has waited for what it waits for now."""
        parts = self.live.transcript.parts
        is_writing = self.live.first_delta_at and parts and parts[-1].kind == "text"
        return None if is_writing else int(monotonic() - self._status_since)

    def _status_text(self) -> str:
        parts = self.live.transcript.parts
        if parts and (size := self._size_beyond(parts[-1])):
            return going_on_sentence(size)
        if self.live.first_delta_at and parts and parts[-1].kind == "text":
            return ""
        waiting_for = self.live.course.stage or self.waiting_for
        if parts and parts[-1].kind == "reasoning":
            waiting_for = "thinking"
        elif "running" in self._states():
            waiting_for = "tools"
        return waiting_sentence(waiting_for, self._name(), self.ahead)

    def _size_beyond(self, part: Part) -> int:
        """Of a part that has become longer than its page shows, in steps."""
        length = part.length
        return length // STEP * STEP if length > MOST else 0

    def _name(self) -> str:
        route, asked = self.live.course.route, self.generation
        return route.model_name if route else expected_name(asked.strategy, asked.model_name)

    def snapshot(self) -> ArticleView:
        """The whole article as the last flush has left it on every page."""
        views = []
        for part in self.live.transcript.parts:
            if stream := self.blocks.get(part.position):
                seconds = part.duration_ms / 1000 if part.duration_ms is not None else None
                blocks = tuple(frames.safe(block.html) for block in stream.blocks)
                call = call_view(part.call) if part.call else None
                views.append(PartView(part.kind, part.position, blocks, seconds, call))
        course = self.live.course
        return replace(
            self._article,
            parts=tuple(views),
            shown=self._flushes,
            status_text=self._shown_status,
            status_seconds=self._status_seconds(),
            model_name=self._name(),
            notices=notices_of(describe_route(course)),
            is_demo=course.is_demo,
            leaves_machine=course.leaves_machine,
        )

    async def _look_what_it_waits_for(self) -> None:
        course = self.live.course
        if self.live.first_delta_at or course.provider is None or course.route is None:
            self._publish(self._status_change())
            return
        self.ahead = place_in_queue(self.live)
        others = bool(self.ahead) or is_busy_for_others(self.live)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(NEXT_LOOK_SECONDS):
                self.waiting_for = await what_it_waits_for(
                    course.provider, course.route.model_name, others
                )
        self._publish(self._status_change())

    async def _end(self) -> None:
        """The final form, as the rows have it by now."""
        STREAMERS.pop(self.key, None)
        is_saved = self.live.unsaved is None
        written = (self.generation, self.live.transcript) if is_saved else None
        try:
            await tell(AnswerEnded(self.generation.answer.id, written))
        except Exception:
            logger.exception("Showing the end of an answer failed; a reload shows it")


async def _beside_others[T](function: Callable[[], T], length: int) -> T:
    return function() if length < LONG else await asyncio.to_thread(function)


def serve_request(request: Request) -> None:
    """What another server process asks of this one."""
    if request.wish is Wish.SHOW:
        streamer = STREAMERS.get(request.message)
        html = frames.article(streamer.snapshot()) if streamer else ""
        hub.publish(request.topic, Frame(html, message=request.message, whole=request.message))
    elif live := LiveGeneration.of_message(request.message):
        live.stop()
