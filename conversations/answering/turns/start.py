"""A new message and its answer."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from functools import wraps
from typing import Any
from uuid import UUID, uuid4
from weakref import WeakKeyDictionary

from django.db import IntegrityError, transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone

from chatstudio.base.quick_rows import insert_row
from chatstudio.models import User
from conversations.answering import runner
from conversations.answering.history.request import prepare_request
from conversations.answering.news import News, TurnBegun
from conversations.answering.seam import in_thread
from conversations.answering.source import find_wished_model
from conversations.answering.turns.limits import FilesRefused, TurnRefused
from conversations.answering.turns.writing import (
    Turn,
    TurnInput,
    earlier,
    lock_conversation,
    refuse_if_busy,
    title_of,
    write_answer,
    write_question,
)
from conversations.features.files.refusals import FILE_GONE
from conversations.features.files.rows import AttachmentGone, claim, names_of
from conversations.features.files.seeing import unseen
from conversations.models import Conversation, Message
from routing.llm.catalogue import Catalogue
from routing.llm.servers import known_models, models_in_memory
from routing.strategies import STRATEGIES
from routing.types import ModelInfo

logger = logging.getLogger(__name__)

type Sent = tuple[User, Conversation | None, TurnInput]
"""Who sends what, and where; no conversation is a new one."""

OPENED_AT_ONCE = 4
"""Turns that are written at one moment. More of them would wait for each other's locks, each in a
thread and with a connection of its own: 300 within four seconds took 100 MB more, and longer."""

_gates: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()
_under_way: set[asyncio.Task[Any]] = set()


def carried_through[**P, T](
    begin: Callable[P, Coroutine[Any, Any, T]],
) -> Callable[P, Coroutine[Any, Any, T]]:
    """Also where whoever asked goes away meanwhile: a row that says that an answer is being
    written, and nobody who writes it, would wait for ever."""

    @wraps(begin)
    async def shielded(*args: P.args, **kwargs: P.kwargs) -> T:
        task = asyncio.create_task(begin(*args, **kwargs))
        _under_way.add(task)
        task.add_done_callback(_under_way.discard)
        return await asyncio.shield(task)

    return shielded


async def tell_and_launch(news: News, turn: Turn) -> Turn:
    live = await runner.launch(turn.generation, turn.transcript, news, turn.prepared)
    return replace(turn, live=live)


async def start_turn(person: User, conversation: Conversation | None, wanted: TurnInput) -> Turn:
    has_files = bool(wanted.attachments)
    return await begin_turn(lambda: (person, conversation, wanted), has_files=has_files)


@carried_through
async def begin_turn(read: Callable[[], Sent], *, has_files: bool) -> Turn:
    """`read` looks up what is sent. All that reads and writes rows before the model is asked is
    done with it, in one thread, once: each further way there costs a millisecond."""
    catalogue = await known_models() if has_files else models_in_memory()
    async with _gate():
        turn, wanted = await in_thread(_open, read, catalogue)
    if turn.is_new:
        turn = replace(turn, revision=turn.conversation.revision)
        begun = TurnBegun(turn.question, turn.generation, wanted.text, has_files)
        turn = await tell_and_launch(begun, turn)
    return turn


def _open(read: Callable[[], Sent], catalogue: Catalogue | None) -> tuple[Turn, TurnInput]:
    person, conversation, wanted = read()
    if catalogue:
        model = find_wished_model(catalogue, wanted.model_name, wanted.server)
        _refuse_what_cannot_be_seen(person, wanted, model)
    return _prepare(_open_turn(person, conversation, wanted), catalogue), wanted


async def open_prepared[**P](open: Callable[P, Turn], *args: P.args, **kwargs: P.kwargs) -> Turn:
    """Opens a turn in a thread, with what its model will be asked."""
    catalogue = models_in_memory()
    async with _gate():
        return await in_thread(lambda: _prepare(open(*args, **kwargs), catalogue))


def _gate() -> asyncio.Semaphore:
    return _gates.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(OPENED_AT_ONCE))


def _refuse_what_cannot_be_seen(person: User, wanted: TurnInput, model: ModelInfo | None) -> None:
    strategy = STRATEGIES.get(wanted.routing_profile)
    if not wanted.attachments or (strategy and not strategy.needs_model):
        return
    if wrong := unseen(person, wanted.attachments, model):
        raise FilesRefused(wrong)


def _prepare(turn: Turn, catalogue: Catalogue | None) -> Turn:
    """Where it is known who will be asked. What fails here fails again, and is told, where the
    answer is written."""
    generation = turn.generation
    name, strategy = generation.model_name, STRATEGIES.get(generation.strategy)
    model = find_wished_model(catalogue, name, generation.server) if catalogue and name else None
    if not turn.is_new or (model is None and (strategy is None or strategy.needs_model)):
        return turn
    try:
        return replace(turn, prepared=prepare_request(generation, model))
    except Exception:
        logger.exception("Preparing a request failed; trying again")
        return turn


def _open_turn(person: User, conversation: Conversation | None, wanted: TurnInput) -> Turn:
    """Whether the same request came before shows where it cannot be written: seldom, so that is
    when it is looked for."""
    try:
        return _write(person, conversation, wanted)
    except (IntegrityError, TurnRefused) as error:
        known, is_free = earlier(person, wanted.request_id, lambda row: row.text == wanted.text)
        if known:
            return known
        if is_free or isinstance(error, TurnRefused):
            raise
    return _write(person, conversation, replace(wanted, request_id=uuid4()))


def _write(person: User, conversation: Conversation | None, wanted: TurnInput) -> Turn:
    with transaction.atomic():
        current = lock_conversation(conversation) if conversation else None
        refuse_if_busy(person, current)
        return _write_turn(person, current, wanted)


def _write_turn(person: User, conversation: Conversation | None, wanted: TurnInput) -> Turn:
    now = timezone.now()
    if conversation is None:
        conversation = Conversation(owner=person, last_message_at=now)
    _apply_settings(conversation, wanted)
    conversation.last_message_at = now
    if conversation.pk is None:
        insert_row(conversation)
    question = write_question(conversation, conversation.head, wanted.text, wanted.request_id)
    _take_files(question, wanted.attachments)
    answer, generation = write_answer(conversation, question, key=person.came_with)
    generation.answers_alone = True
    return Turn(conversation, question, answer, generation)


def _take_files(question: Message, keys: Sequence[UUID]) -> None:
    if not keys:
        return
    try:
        claim(question, keys)
    except AttachmentGone as error:
        raise TurnRefused(FILE_GONE) from error
    prefetch_related_objects([question], "attachments")


def _apply_settings(conversation: Conversation, wanted: TurnInput) -> None:
    conversation.model_name = wanted.model_name
    conversation.server = wanted.server
    conversation.routing_profile = wanted.routing_profile
    conversation.prompt_profile = wanted.prompt_profile
    conversation.memory_enabled = wanted.memory_enabled
    conversation.tools_enabled = wanted.tools_enabled
    if not conversation.title:
        names = "" if wanted.text else names_of(conversation.owner_id, wanted.attachments)
        conversation.title = title_of(wanted.text or names)
