"""A request of another program while it is answered."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import replace
from uuid import uuid4

from chatstudio.base.api.errors import ApiError
from chatstudio.base.json_types import JsonObject
from chatstudio.models import User
from conversations.answering.generation import LiveGeneration
from conversations.answering.transcript import CallState
from conversations.answering.turns import requests
from conversations.answering.turns.requests import Asked, Running
from conversations.api.openai.reading import Wanted
from conversations.models import Generation
from routing.errors import ModelCannot, sentence_for, status_for
from routing.types import Event, Finished, Notice, TokenChances, ToolCallStarted

CODES = {"context_exceeded": "context_length_exceeded"}
"""What OpenAI's clients call it."""
BROKEN_OFF = "The answer broke off before its end. Ask again."
STOPPED = "The answer was stopped. Ask again."


class Answer(Running):
    """`chances` are those of its text's tokens, if they are wished. `index` is its place among the
    answers to one request."""

    def __init__(self, generation: Generation, wanted: Wanted, index: int = 0) -> None:
        self.wanted = wanted
        self.index = index
        self.chances: list[JsonObject] = []
        super().__init__(generation, events(generation, wanted, self.chances))

    def calls(self) -> list[CallState]:
        """Those of the program's own tools: who gave tools is to run them."""
        if not self.wanted.request.tools:
            return []
        return [part.call for part in self.live.transcript.parts if part.call]


async def start(person: User, read: Callable[[], Sequence[Wanted]]) -> list[Answer]:
    """An answer to each of what is read; they are written side by side."""
    wishes: list[Wanted] = []

    def asked() -> list[Asked]:
        wishes.extend(read())
        return [one.asked for one in wishes]

    numbered = enumerate(wishes)

    def run(row: Generation) -> Answer:
        index, wanted = next(numbered)
        return Answer(row, wanted, index)

    return await requests.start_all(person, asked, run)


async def whole(answers: Sequence[Answer]) -> None:
    """Waits for all of them. Where one fails, none is told."""
    try:
        for answer in answers:
            if failure := failure_of(await answer.whole()):
                raise failure
    finally:
        leave(answers)


def leave(answers: Iterable[Answer]) -> None:
    for answer in answers:
        answer.leave()


class Together:
    """Several answers followed as one."""

    def __init__(self, answers: Sequence[Answer]) -> None:
        self._news: asyncio.Queue[Answer] = asyncio.Queue()
        self._waiting: set[int] = set()
        self._tasks = [asyncio.create_task(self._follow(answer)) for answer in answers]

    async def next(self, seconds: float) -> Answer | None:
        """The one that has news; None where nothing came in this time."""
        try:
            async with asyncio.timeout(seconds):
                answer = await self._news.get()
        except TimeoutError:
            return None
        self._waiting.discard(answer.index)
        return answer

    async def _follow(self, answer: Answer) -> None:
        while answer.last is None:
            await answer.more()
            if answer.index not in self._waiting:
                self._waiting.add(answer.index)
                self._news.put_nowait(answer)

    def close(self) -> None:
        for task in self._tasks:
            task.cancel()


async def events(
    generation: Generation, wanted: Wanted, chances: list[JsonObject]
) -> AsyncGenerator[Event]:
    live = LiveGeneration.get(generation.public_id)
    async with aclosing(requests.events(generation, wanted.asked)) as told:
        async for event in told:
            if isinstance(event, TokenChances):
                chances.extend(event.tokens)
                continue
            if isinstance(event, ToolCallStarted) and wanted.request.tools:
                event = _named_apart(event, live)
            if wanted.request.tools and event == Notice("tools_unsupported"):
                raise ModelCannot(model_name=wanted.name.model_name, capability="tools")
            yield event


def _named_apart(event: ToolCallStarted, live: LiveGeneration | None) -> ToolCallStarted:
    """Some servers give several calls of an answer one id."""
    if live is None or live.transcript.call_of(event.call.call_id) is None:
        return event
    return replace(event, call=replace(event.call, call_id=f"call_{uuid4().hex[:12]}"))


def failure_of(last: Finished) -> ApiError | None:
    """What went wrong, if anything did. Half an answer must not pass for a whole one."""
    if code := last.error_code:
        sentence = sentence_for(code, last.error_context)
        return ApiError(status_for(code), sentence, CODES.get(code, code))
    if last.finish_reason == "ended_early":
        return ApiError(502, BROKEN_OFF, last.finish_reason)
    if last.finish_reason in ("cancelled", "interrupted"):
        return ApiError(503, STOPPED, last.finish_reason)
    return None
