"""What a model writes without a message: one generation, which belongs to a person and lives no
longer than somebody reads it."""

import asyncio
import contextvars
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from django.db import transaction

from chatstudio.base.quick_rows import insert_row
from chatstudio.models import User
from conversations.answering import runner
from conversations.answering.course import Course
from conversations.answering.generation import LiveGeneration
from conversations.answering.history.request import receipt_of_messages
from conversations.answering.seam import in_thread
from conversations.answering.source import chooser_of
from conversations.answering.turns.limits import refuse_if_too_many
from conversations.answering.turns.writing import writing_process
from conversations.models import Generation
from routing.strategies import STRATEGIES
from routing.types import ChatRequest, Event, Finished


@dataclass(frozen=True, slots=True)
class Asked:
    """An empty `server` is any that has the model."""

    strategy: str
    request: ChatRequest
    server: str = ""


class Running:
    """`last` is there once it has ended. Whoever makes one leaves it."""

    def __init__(self, generation: Generation, source: AsyncGenerator[Event]) -> None:
        self.generation = generation
        self.last: Finished | None = None
        self.live = runner.launch_request(generation, source)
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


async def start[R: Running](person: User, asked: Asked, run: Callable[[Generation], R]) -> R:
    (running,) = await start_all(person, lambda: [asked], run)
    return running


async def start_all[R: Running](
    person: User, read: Callable[[], Sequence[Asked]], run: Callable[[Generation], R]
) -> list[R]:
    """What is asked is read in the thread in which it is written. Whoever goes away meanwhile would
    leave a generation that never begins: so the rows are written to the end, and it is left then.
    The context is empty, as the request's own may end before that."""

    async def begin_running() -> list[R]:
        return [run(row) for row in await in_thread(_begin_all, person, read)]

    task = asyncio.create_task(begin_running(), context=contextvars.Context())
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        task.add_done_callback(_leave_unread)
        raise


def _leave_unread[R: Running](task: asyncio.Task[list[R]]) -> None:
    if not task.cancelled() and task.exception() is None:
        for running in task.result():
            running.leave()


def _begin_all(person: User, read: Callable[[], Sequence[Asked]]) -> list[Generation]:
    """All of them, or none."""
    asked = read()
    with transaction.atomic():
        return [begin(person, one) for one in asked]


def begin(person: User, asked: Asked) -> Generation:
    with transaction.atomic(savepoint=False):
        refuse_if_too_many(person)
        generation = Generation(
            owner=person,
            api_key=person.came_with,
            process_id=writing_process(),
            cause=Generation.Cause.REQUEST,
            strategy=asked.strategy,
            model_name=asked.request.model_name[:255],
            server=asked.server[:255],
            receipt=receipt_of_messages(asked.request).to_json(),
        )
        insert_row(generation)
    return generation


async def events(generation: Generation, asked: Asked) -> AsyncGenerator[Event]:
    live = LiveGeneration.get(generation.public_id)
    course = live.course if live else Course()

    async def named() -> tuple[str, str]:
        return asked.request.model_name, asked.server

    choose = chooser_of(named, course, asked.strategy)
    answer = STRATEGIES[asked.strategy].answer(asked.request, choose)
    async with aclosing(answer) as told:
        async for event in told:
            yield event
