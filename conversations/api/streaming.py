"""An answer followed by a program: what it has missed, then live, to the end.

Who follows here is one more follower of the generation, which belongs to no connection: a program
that goes away stops nothing, and one that comes back goes on where it was.
"""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator
from itertools import count
from uuid import UUID

from django.http import StreamingHttpResponse

from chatstudio.base.api.schemas import Facts
from conversations.answering.course import describe_route
from conversations.answering.generation import Follower, LiveGeneration
from conversations.answering.seam import in_thread
from conversations.answering.turns import Turn
from conversations.api.events import END, HEARTBEAT, Mark, as_frame, frame
from conversations.models import Message
from conversations.showing.api.rows import (
    ended_shape,
    message_now,
    message_shape,
    notice_shapes,
    part_shapes,
)
from routing.types import Event, Finished, Recast

HEARTBEAT_SECONDS = 15.0
LOOK_SECONDS = 1.0
ROWS = "rows"
"""In the place of an event's number: whoever has seen this needs a snapshot."""


def stream_frames(frames: AsyncIterable[bytes]) -> StreamingHttpResponse:
    """Neither compressed nor held back on its way."""
    headers = {
        "Cache-Control": "no-store",
        "Content-Encoding": "identity",
        "X-Accel-Buffering": "no",
    }
    return StreamingHttpResponse(frames, content_type="text/event-stream", headers=headers)


def follow(message: Message, seen: Mark | None, begun: Turn | None = None) -> AsyncIterator[bytes]:
    """Follows from this moment on, also where the first piece is asked for later. What has just
    `begun` may have ended already."""
    live = (begun and begun.live) or LiveGeneration.of_message(message.public_id)
    if live is None:
        return _to_the_end(message, begun, _from_rows(message))
    begin = _so_far(live, seen)
    if live.has_ended:
        return _to_the_end(message, begun, _told(begin))
    return _to_the_end(message, begun, _live(live, live.follow(may_come_back=True), begin))


async def _to_the_end(
    message: Message, begun: Turn | None, pieces: AsyncIterator[bytes]
) -> AsyncIterator[bytes]:
    async for piece in pieces:
        yield piece
    if begun and (shape := shape_at_hand(begun)):
        yield _finished(begun.generation.public_id, shape)
    else:
        yield await in_thread(_end_in_rows, message.id)


def shape_at_hand(turn: Turn) -> Facts | None:
    """Of an answer that was written here and is saved, without asking the rows; where all that
    belongs to it is known."""
    live = turn.live
    if live is None or not live.has_ended or live.unsaved or not turn.generation.answers_alone:
        return None
    return ended_shape(turn.generation, turn.transcript.parts)


async def _told(pieces: list[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def _live(
    live: LiveGeneration, follower: Follower, begin: list[bytes]
) -> AsyncIterator[bytes]:
    try:
        for piece in begin:
            yield piece
        async for piece in _following(live, follower):
            yield piece
    finally:
        live.unfollow(follower)


def _so_far(live: LiveGeneration, seen: Mark | None) -> list[bytes]:
    number = seen.number if seen and seen.generation == live.key else None
    held = live.held_after(number) if number is not None else None
    if held is None or _is_recast(held):
        return [_snapshot(live)]
    return [as_frame(event, live.key, n) for n, event in held if not isinstance(event, Finished)]


def _snapshot(live: LiveGeneration) -> bytes:
    transcript = live.transcript
    parts = part_shapes(transcript.parts)
    data = {"message_id": live.message_key, "content": transcript.text, "parts": parts}
    data["notices"] = notice_shapes(describe_route(live.course))
    return frame("snapshot", data, live.key, live.sequence)


def _is_recast(events: list[tuple[int, Event]]) -> bool:
    """What was told is no longer so: a program reads the whole anew."""
    return any(isinstance(event, Recast) for _, event in events)


async def _following(live: LiveGeneration, follower: Follower) -> AsyncIterator[bytes]:
    while True:
        try:
            async with asyncio.timeout(HEARTBEAT_SECONDS):
                await follower.wait()
        except TimeoutError:
            yield HEARTBEAT
            continue
        events = follower.take()
        if follower.missed or _is_recast(events):
            follower.missed = False
            yield _snapshot(live)
        else:  # what has come together goes together; the end is told from the rows
            told = [(n, event) for n, event in events if not isinstance(event, Finished)]
            if frames := b"".join(as_frame(event, live.key, n) for n, event in told):
                yield frames
        if any(isinstance(event, Finished) for _, event in events):
            return


async def _from_rows(message: Message) -> AsyncIterator[bytes]:
    """What there is; and of an answer that another server process writes, what that one saves each
    second."""
    shown = None
    for look in count():
        row, data = await in_thread(_read_answer, message.id)
        if data["parts"] != shown:
            shown = data["parts"]
            told = {name: data[name] for name in ("content", "parts", "notices")}
            yield frame("snapshot", {"message_id": row.public_id, **told}, mark_of(row), ROWS)
        elif look % round(HEARTBEAT_SECONDS / LOOK_SECONDS) == 0:
            yield HEARTBEAT
        if not row.is_active:
            return
        await asyncio.sleep(LOOK_SECONDS)


def _read_answer(message_id: int) -> tuple[Message, Facts]:
    row = message_now(message_id)
    return row, message_shape(row)


def mark_of(row: Message) -> UUID:
    """What stands before the number in an event's id. An imported answer has no generation."""
    generations = list(row.generations.all())
    return generations[-1].public_id if generations else row.public_id


def _end_in_rows(message_id: int) -> bytes:
    row, shape = _read_answer(message_id)
    return _finished(mark_of(row), shape)


def _finished(mark: UUID, shape: Facts) -> bytes:
    told = {name: shape[name] for name in ("finish_reason", "error", "usage")}
    return frame("finished", {**told, "message": shape}, mark, END)
