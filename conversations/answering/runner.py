"""Starts generations and looks after them: which model, saving every second, saving at exit."""

import asyncio
import atexit
import contextvars
import itertools
import logging
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from time import monotonic

from django.conf import settings
from django.db import DatabaseError

from chatstudio.base.words import KB
from conversations.answering import elsewhere, saving
from conversations.answering import source as answering
from conversations.answering.course import Ended, Outcome
from conversations.answering.generation import REGISTRY, LiveGeneration
from conversations.answering.history.request import Prepared
from conversations.answering.news import AnswerEnded, AnswerLaunched, News, tell
from conversations.answering.processes import (
    forget_requests,
    interrupt_lost_generations,
    purge_deleted_conversations,
    register_process,
    to_be_ended,
)
from conversations.answering.seam import in_thread, leave
from conversations.answering.transcript import Part, Transcript
from conversations.carrying.hub import Desk, hub
from conversations.features.files.cleaning import tidy
from conversations.features.models_page.orders.rows import interrupt_lost_orders
from conversations.models import Conversation, Generation, Message
from routing.types import Event, Finished

logger = logging.getLogger(__name__)

CHECKPOINT_SECONDS = 1.0
SWEEP_SECONDS = 5.0
MOMENT_SECONDS = 0.05
LONGEST_MOMENT_SECONDS = 0.5
STEPS_TO_THE_MODEL = 12
"""Of the loop: in the first a request goes out on a connection that is kept, with the last on a
new one to this machine."""
SWEEPS_BETWEEN_TIDYING = 720
"""An hour."""


@dataclass(slots=True)
class ThisProcess:
    """The server's own row (None in commands and tests) and its background tasks."""

    row_id: int | None = None
    checkpointing: asyncio.Task[None] | None = None
    sweeping: asyncio.Task[None] | None = None


this_process = ThisProcess()
rows_of_live: dict[LiveGeneration, Generation] = {}
ended: list[Ended] = []
"""Saved and shown; nobody has counted them yet."""
_telling: set[asyncio.Task[None]] = set()


def start_process(desk: Desk) -> None:
    """At the import of the ASGI application, which no command and no test does: Daphne has no
    lifespan events. Exit work runs synchronously, when the event loop has ended."""
    try:
        this_process.row_id = register_process().id
        interrupt_lost_generations(this_process.row_id)
        interrupt_lost_orders(this_process.row_id)
        purge_deleted_conversations()
        hub.serve(this_process.row_id, desk)
    except DatabaseError:
        logger.exception("The database is not ready; run manage.py migrate")
    atexit.register(save_at_exit)


def join_others() -> None:
    """In the event loop of a server that acts as one with others, as soon as it runs."""
    hub.open()
    look_after_others()


async def launch(
    generation: Generation, transcript: Transcript, news: News, prepared: Prepared | None = None
) -> LiveGeneration:
    """Starts writing the answer that `generation` stands for, behind what it has already. The model
    is asked first, and what has happened is told while it thinks; whatever becomes of telling it,
    the answer is written."""
    live = LiveGeneration(
        generation.public_id,
        generation.answer.public_id,
        source=answering.events(generation, prepared),
        finish=_finish,
        transcript=transcript,
        keep=_keep,
        longest=longest_answer(),
    )
    rows_of_live[live] = generation
    follower = live.follow()  # from the first event on
    live.start()
    _look_after()
    for _ in range(STEPS_TO_THE_MODEL):
        await asyncio.sleep(0)
    try:
        await tell(news)
    finally:
        await tell(AnswerLaunched(live, generation, follower))
    return live


def launch_request(generation: Generation, source: AsyncGenerator[Event]) -> LiveGeneration:
    """Of a person alone: no message, and no page that shows it."""
    key = generation.public_id
    live = LiveGeneration(
        key, key, source, finish=_finish, transcript=Transcript(), longest=longest_answer()
    )
    rows_of_live[live] = generation
    live.start()
    _look_after()
    return live


def longest_answer() -> int:
    return int(settings.MAX_ANSWER_KB) * KB


async def _finish(live: LiveGeneration, finished: Finished) -> None:
    generation = rows_of_live[live]
    first = live.first_delta_at
    outcome = Outcome(
        finished,
        duration_ms=(monotonic() - live.began) * 1000,
        time_to_first_token_ms=(first - live.began) * 1000 if first else None,
        course=live.course,
    )
    if await in_thread(saving.finish_generation, generation, live.transcript, outcome):
        _tell_later(generation, outcome)
    rows_of_live.pop(live, None)


def _tell_later(generation: Generation, outcome: Outcome) -> None:
    """Whoever counts generations is told when the pages were, of all that end in this moment at
    once. What a crash leaves untold, the next start of a server counts from the rows."""
    ended.append((generation, outcome))
    if len(ended) == 1:
        task = asyncio.create_task(_tell_of_ends(), context=contextvars.Context())
        _telling.add(task)
        task.add_done_callback(_telling.discard)


async def _tell_of_ends() -> None:
    while ended:
        await asyncio.sleep(_moment())
        try:
            await in_thread(_announce_ends, len(ended))
        except Exception:
            logger.exception("Telling of finished generations failed; trying again")


def _moment() -> float:
    """The longer, the more may still end in it."""
    return min(LONGEST_MOMENT_SECONDS, MOMENT_SECONDS * (1 + len(rows_of_live) / 10))


def _announce_ends(count: int) -> None:
    """What ends meanwhile stays for the next time."""
    told = ended[:count]
    saving.announce(told)
    del ended[: len(told)]


async def _keep(live: LiveGeneration) -> None:
    answers = {rows_of_live[live].answer.id: list(live.transcript.parts)}
    await in_thread(saving.checkpoint, this_process.row_id or 0, answers)


def _look_after() -> None:
    look_after_others()
    empty = contextvars.Context()
    if this_process.checkpointing is None or this_process.checkpointing.done():
        this_process.checkpointing = asyncio.create_task(_checkpoint_while_live(), context=empty)


def look_after_others() -> None:
    """When the first page connects or the first answer begins; from then on the lost are found
    every few seconds."""
    if this_process.row_id is None:
        return
    if this_process.sweeping is None or this_process.sweeping.done():
        this_process.sweeping = asyncio.create_task(_sweep(), context=contextvars.Context())


async def _checkpoint_while_live() -> None:
    while rows_of_live:
        await asyncio.sleep(CHECKPOINT_SECONDS)
        await _checkpoint()


async def _save_what_could_not_be_saved() -> None:
    """Answers at whose end the database was away for longer than anybody waits."""
    for live, generation in list(rows_of_live.items()):
        if live.unsaved is None:
            continue
        try:
            await _finish(live, live.unsaved)
            if generation.message:
                await tell(AnswerEnded(generation.message.id))
        except Exception:
            logger.exception("A finished answer is still not saved; trying again")


async def _checkpoint() -> None:
    """One way to the rows and back: what is there is saved, and what is to end is found."""
    await _save_what_could_not_be_saved()
    lives = {row.id: live for live, row in rows_of_live.items()}
    now = monotonic()
    writing = {id: live.transcript for id, live in lives.items() if live.key in REGISTRY}
    answers = {
        id: (message.id, transcript.unsaved_parts())
        for id, transcript in writing.items()
        if transcript.is_due(now) and (message := rows_of_live[lives[id]].message)
    }
    versions = {id: writing[id].version for id in answers}
    try:
        ending, saved = await in_thread(_look_and_save, list(lives), answers)
    except Exception:
        logger.exception("Looking for answers to be stopped failed; trying again")
        return
    for id in ending:
        lives[id].stop()
    for id in saved:
        writing[id].saved, writing[id].saved_at = versions[id], now


def _look_and_save(
    generations: list[int], answers: dict[int, tuple[int, list[Part]]]
) -> tuple[set[int], set[int]]:
    """The generations that another process wants to stop, or took for lost, and those of which
    the answers have been saved: none where that failed, which keeps nobody from stopping."""
    ending = to_be_ended(generations)
    saved = answers.keys() - ending
    try:
        saving.checkpoint(this_process.row_id or 0, dict(answers[id] for id in saved))
    except Exception:
        logger.exception("A checkpoint failed; the next one tries again")
        saved = set()
    return ending, saved


async def _sweep() -> None:
    for count in itertools.count():
        await asyncio.sleep(SWEEP_SECONDS)
        try:
            if count % SWEEPS_BETWEEN_TIDYING == 0:
                await in_thread(tidy)
                await in_thread(forget_requests)
            await in_thread(_end_what_is_lost)
        except Exception:
            logger.exception("Looking for lost answers failed; trying again")


def _end_what_is_lost() -> None:
    for message_id in interrupt_lost_generations(this_process.row_id):
        leave(AnswerEnded(message_id))
    interrupt_lost_orders(this_process.row_id)
    purge_deleted_conversations()


def save_at_exit() -> None:
    """What is being written is kept and marked; a page offers to continue it."""
    for live, generation in list(rows_of_live.items()):
        live.transcript.close()
        outcome = Outcome(
            Finished("interrupted"),
            duration_ms=(monotonic() - live.began) * 1000,
            course=live.course,
        )
        try:
            if saving.finish_generation(generation, live.transcript, outcome):
                ended.append((generation, outcome))
        except Exception:
            logger.exception("An answer could not be saved at exit")
    if ended:
        _announce_ends(len(ended))
    if rows_of_live:
        hub.farewell()


async def stop(message: Message) -> bool:
    """Ends the writing of an answer, wherever that is; False where there is nothing to end, or
    where it has not ended yet."""
    live = LiveGeneration.of_message(message.public_id)
    if live is None:
        return await elsewhere.stop(Generation.objects.filter(message=message))
    live.stop()
    await live.wait()
    return True


async def stop_all(conversation: Conversation) -> None:
    for live, generation in list(rows_of_live.items()):
        if generation.message and generation.message.conversation_id == conversation.id:
            live.stop()
            await live.wait()
    await elsewhere.stop(Generation.objects.filter(message__conversation=conversation))
