"""An answer, or several, as they grow: what all doors that stream have in common."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field

from django.http import StreamingHttpResponse

from chatstudio.base.api.errors import ApiError, in_openais_shape
from chatstudio.base.api.schemas import Facts
from chatstudio.base.json_types import JsonObject
from chatstudio.base.text import encode_text
from conversations.answering.transcript import CallState, Part
from conversations.api.events import HEARTBEAT
from conversations.api.openai.running import Answer, Together, failure_of, leave
from conversations.api.streaming import HEARTBEAT_SECONDS, stream_frames

DONE = b"data: [DONE]\n\n"
TO_JSON = json.JSONEncoder(ensure_ascii=False).encode


def as_data(value: Facts) -> bytes:
    return encode_text(f"data: {TO_JSON(value)}\n\n")


@dataclass(slots=True)
class Cursor:
    """How much of an answer has been told. It is read from the transcript, so a slow reader gets
    larger pieces and misses none."""

    answer: Answer
    part: int = 0
    characters: int = 0
    calls: int = 0
    chances: int = 0
    kind: str = ""

    def news(self) -> Iterator[tuple[str, str] | CallState]:
        """Pieces of text and of reasoning, each after its kind, and calls of a program's tools."""
        parts = self.answer.live.transcript.parts
        while self.part < len(parts):
            yield from self._of(parts[self.part])
            if self.part == len(parts) - 1:
                return
            self.part, self.characters, self.kind = self.part + 1, 0, ""

    def _of(self, part: Part) -> Iterator[tuple[str, str] | CallState]:
        if (self.kind, part.kind) == ("reasoning", "text"):  # it was no thought after all
            self.characters = 0
        fresh, self.kind = part.content[self.characters :], part.kind
        self.characters = len(part.content)
        if fresh:
            yield part.kind, fresh
        known = self.answer.calls() if part.call else []
        for call in known[self.calls :]:
            self.calls += 1
            yield call

    def new_chances(self) -> list[JsonObject]:
        fresh = self.answer.chances[self.chances :]
        self.chances = len(self.answer.chances)
        return fresh


@dataclass(slots=True)
class Telling:
    """Who tells answers says what stands in the frames."""

    answers: Sequence[Answer]
    cursors: list[Cursor] = field(init=False)

    def __post_init__(self) -> None:
        self.cursors = [Cursor(answer) for answer in self.answers]

    def begin(self) -> Iterator[bytes]:
        raise NotImplementedError

    def more(self, answer: Answer) -> Iterator[bytes]:
        """What is new of it."""
        raise NotImplementedError

    def end(self, answer: Answer) -> Iterator[bytes]:
        """After its last words."""
        raise NotImplementedError

    def finish(self) -> Iterator[bytes]:
        """After the last answer."""
        raise NotImplementedError

    def fail(self, failure: ApiError) -> Iterator[bytes]:
        yield as_data(in_openais_shape(failure))

    async def frames(self) -> AsyncGenerator[bytes]:
        """Nothing before the first words are there, so that a failure before them can still be
        an HTTP error; but where a model takes long to load, a sign of life."""
        together, waiting, has_begun = Together(self.answers), len(self.answers), False
        opening = [*self.begin()]
        try:
            while waiting:
                answer = await together.next(HEARTBEAT_SECONDS)
                pieces = [*self.more(answer)] if answer else [HEARTBEAT] if has_begun else []
                last = answer.last if answer else None
                failure = failure_of(last) if last else None
                if not has_begun:
                    if failure and not pieces:
                        raise failure
                    if answer and not pieces and not last:
                        continue
                    pieces = [*opening, *pieces]
                    has_begun = True
                if failure:
                    pieces += self.fail(failure)
                elif answer and last:
                    pieces += self.end(answer)
                    waiting -= 1
                if pieces:  # what has come together goes together
                    yield b"".join(pieces)
                if failure:
                    return
            yield b"".join(self.finish())
        finally:
            together.close()
            leave(self.answers)


async def stream(telling: Telling) -> StreamingHttpResponse:
    """The first piece is waited for here, so that what fails at once has a status of its own."""
    frames = telling.frames()
    first = await anext(frames)
    return stream_frames(Pieces(first, frames, telling.answers))


class Pieces:
    """Closed by Django when the response is over, however that came about."""

    def __init__(
        self, first: bytes, rest: AsyncGenerator[bytes], answers: Sequence[Answer]
    ) -> None:
        self.first = first
        self.rest = rest
        self.answers = answers
        self.loop = asyncio.get_running_loop()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self.first
        async for piece in self.rest:
            yield piece

    def close(self) -> None:
        """Called in a thread."""
        self.loop.call_soon_threadsafe(leave, self.answers)
