"""A request of another program while it is answered: one generation, which belongs to no message
and lives no longer than somebody reads it."""

import asyncio
import contextvars
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import cast
from uuid import uuid4

from asgiref.sync import sync_to_async
from django.db import transaction

from chatstudio.base.api.errors import ApiError
from chatstudio.models import User
from conversations.api.openai.reading import Wanted
from conversations.history.request import receipt_of_messages
from conversations.live import runner
from conversations.live.answering import chooser_of
from conversations.live.course import Course
from conversations.live.generation import LiveGeneration
from conversations.models import Generation
from conversations.turns.limits import refuse_if_too_many
from conversations.turns.writing import writing_process
from routing.errors import ModelCannot, sentence_for, status_for
from routing.strategies import STRATEGIES
from routing.types import Event, Finished, Notice, ToolCallStarted

CODES = {"context_exceeded": "context_length_exceeded"}
"""What OpenAI's clients call it."""
BROKEN_OFF = "The answer broke off before its end. Ask again."
STOPPED = "The answer was stopped. Ask again."


class Answer:
    """`last` is there once the answer has ended. Whoever makes one leaves it."""

    def __init__(self, generation: Generation, wanted: Wanted) -> None:
        self.generation = generation
        self.wanted = wanted
        self.last: Finished | None = None
        self.live = runner.launch_request(generation, events(generation, wanted))
        self._follower = self.live.follow()

    async def more(self, seconds: float | None = None) -> bool:
        """Waits for news; False where none came in this time."""
        try:
            async with asyncio.timeout(seconds):
                await self._follower.wait()
        except TimeoutError:
            return False
        ends = [event for _, event in self._follower.take() if isinstance(event, Finished)]
        self.last = ends[0] if ends else None
        return True

    async def whole(self) -> Finished:
        while self.last is None:
            await self.more()
        return self.last

    def leave(self) -> None:
        """Nobody else reads it, so it ends too."""
        self.live.unfollow(self._follower)
        self.live.stop()


async def start(person: User, wanted: Wanted) -> Answer:
    """A program that goes away while its rows are being written would leave an answer that never
    begins: so they are written to the end, and the answer is left then. The context is empty, as
    the request's own may end before that."""
    task = asyncio.create_task(_start(person, wanted), context=contextvars.Context())
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        task.add_done_callback(_leave_unread)
        raise


async def _start(person: User, wanted: Wanted) -> Answer:
    return Answer(await sync_to_async(begin)(person, wanted), wanted)


def _leave_unread(task: asyncio.Task[Answer]) -> None:
    if not task.cancelled() and task.exception() is None:
        task.result().leave()


def begin(person: User, wanted: Wanted) -> Generation:
    with transaction.atomic():
        refuse_if_too_many(person)
        return Generation.objects.create(
            owner=person,
            api_key=person.came_with,
            process_id=writing_process(),
            cause=Generation.Cause.REQUEST,
            strategy=wanted.name.strategy,
            model_name=wanted.name.model_name[:255],
            receipt=receipt_of_messages(wanted.request),
        )


async def events(generation: Generation, wanted: Wanted) -> AsyncGenerator[Event]:
    live = LiveGeneration.get(generation.public_id)
    course = live.course if live else Course()

    async def named() -> tuple[str, str]:
        return wanted.name.model_name, ""

    strategy = STRATEGIES[wanted.name.strategy]
    answer = strategy.answer(wanted.request, chooser_of(named, course))
    async with aclosing(cast(AsyncGenerator[Event], answer)) as told:
        async for event in told:
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
