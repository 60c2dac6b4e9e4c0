"""The one door through which turns begin: for pages, the JSON API and commands alike.

What a person wrote is saved, with the answer's empty row and its generation, in one transaction,
before anything else can fail.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from chatstudio.models import User
from conversations import announcing, saving
from conversations.live import runner
from conversations.live.transcript import Transcript
from conversations.models import (
    Conversation,
    Generation,
    Message,
    MessagePart,
    PromptProfile,
    Status,
)
from conversations.models.message import ACTIVE
from conversations.presenting import ArticleView, as_typed, present
from conversations.rendering import plain_text

TITLE_WIDTH = 60


class TurnRefused(Exception):
    """A turn that cannot begin now. `status` is HTTP's; the text says what to do."""

    status = 409


class TooManyTurns(TurnRefused):
    status = 429


@dataclass(frozen=True, slots=True)
class TurnInput:
    """What a person sends. The same `request_id` twice has one effect."""

    text: str
    model_name: str = ""
    server: str = ""
    routing_profile: str = "direct"
    prompt_profile: PromptProfile | None = None
    memory_enabled: bool = True
    tools_enabled: bool = False
    request_id: UUID = field(default_factory=uuid4)


@dataclass(frozen=True, slots=True)
class Turn:
    """`is_new` is False where the same request came before."""

    conversation: Conversation
    question: Message
    answer: Message
    generation: Generation
    transcript: Transcript = field(default_factory=Transcript)
    is_new: bool = True


async def start_turn(person: User, conversation: Conversation | None, wanted: TurnInput) -> Turn:
    turn = await sync_to_async(_open_turn)(person, conversation, wanted)
    if turn.is_new:
        views = [_question_view(turn, wanted.text), announcing.being_written(turn.generation)]
        announcing.announce_turn(turn.conversation, views)
        runner.launch(turn.generation, turn.transcript)
    return turn


async def retry(person: User, answer: Message) -> Turn:
    """Another answer to the same question. The first one stays in the tree beside it."""
    turn = await sync_to_async(_open_retry)(person, answer)
    announcing.announce_turn(
        turn.conversation,
        [announcing.being_written(turn.generation)],
        instead_of=answer.public_id,
    )
    runner.launch(turn.generation, turn.transcript)
    return turn


async def resume(person: User, answer: Message) -> Turn:
    """*Continue*: the model goes on where the answer ends, in the same message."""
    turn = await sync_to_async(_open_continue)(person, answer)
    announcing.announce_resumed(turn.conversation, await sync_to_async(_view)(answer.id))
    runner.launch(turn.generation, turn.transcript)
    return turn


def _open_turn(person: User, conversation: Conversation | None, wanted: TurnInput) -> Turn:
    if known := Message.objects.filter(request_id=wanted.request_id).first():
        if earlier := _earlier(person, known, wanted.text):
            return earlier
        wanted = replace(wanted, request_id=uuid4())
    try:
        with transaction.atomic():
            current = _locked(conversation) if conversation else None
            _refuse_if_busy(person, current)
            return _write_turn(person, current, wanted)
    except IntegrityError:  # the same request came a moment before
        known = Message.objects.filter(request_id=wanted.request_id).first()
        if known and (earlier := _earlier(person, known, wanted.text)):
            return earlier
        raise


def _locked(conversation: Conversation) -> Conversation:
    """The row as it is now, for this transaction alone: of two tabs that send at once, the second
    finds the first one's answer being written. (SQLite's transactions exclude each other anyway.)
    """
    rows = Conversation.objects.select_related("head", "prompt_profile")
    there = rows.filter(id=conversation.id, deleted_at__isnull=True)
    current = there.select_for_update(of=("self",)).first()
    if current is None:
        raise TurnRefused("This conversation has just been deleted. Send it in a new chat.")
    return current


def _earlier(person: User, question: Message, text: str) -> Turn | None:
    """The turn that this request has begun already. A page out of the browser's cache may send
    other words under its old id: they are a turn of their own, as are somebody else's."""
    if question.conversation.owner_id != person.id or question.text != text:
        return None
    answer = question.children.order_by("id").first()
    generation = answer.generations.first() if answer else None
    if answer is None or generation is None:
        return None
    return Turn(question.conversation, question, answer, generation, is_new=False)


def _refuse_if_busy(person: User, conversation: Conversation | None) -> None:
    head = conversation.head if conversation else None
    if head is not None and head.status in ACTIVE:
        raise TurnRefused("An answer is still being written here. Stop it, or wait for its end.")
    if head is not None and head.status == Status.AWAITING_APPROVAL:
        raise TurnRefused("The last answer waits for your decision. Decide first.")
    active = Message.objects.filter(conversation__owner=person, status__in=ACTIVE)
    if active.count() >= settings.TURNS_AT_ONCE:
        raise TooManyTurns(
            f"{settings.TURNS_AT_ONCE} answers are being written already. "
            "Wait for one of them, or stop one."
        )


def _write_turn(person: User, conversation: Conversation | None, wanted: TurnInput) -> Turn:
    now = timezone.now()
    if conversation is None:
        conversation = Conversation(owner=person, title=title_of(wanted.text), last_message_at=now)
    _apply_settings(conversation, wanted)
    conversation.last_message_at = now
    if conversation.pk is None:
        conversation.save()
    question = Message.objects.create(
        conversation=conversation,
        parent=conversation.head,
        role=Message.Role.USER,
        request_id=wanted.request_id,
        created_at=now,
    )
    MessagePart.objects.create(
        message=question, kind=MessagePart.Kind.TEXT, position=0, content=wanted.text
    )
    answer, generation = _write_answer(conversation, question)
    return Turn(conversation, question, answer, generation)


def _apply_settings(conversation: Conversation, wanted: TurnInput) -> None:
    conversation.model_name = wanted.model_name
    conversation.server = wanted.server
    conversation.routing_profile = wanted.routing_profile
    conversation.prompt_profile = wanted.prompt_profile
    conversation.memory_enabled = wanted.memory_enabled
    conversation.tools_enabled = wanted.tools_enabled
    if not conversation.title:
        conversation.title = title_of(wanted.text)


def title_of(text: str) -> str:
    return plain_text(text, TITLE_WIDTH) or "New chat"


def _write_answer(conversation: Conversation, question: Message) -> tuple[Message, Generation]:
    """Within a transaction: an empty answer below the question becomes the conversation's head."""
    answer = Message.objects.create(
        conversation=conversation,
        parent=question,
        role=Message.Role.ASSISTANT,
        status=Status.WAITING,
        model_name=conversation.model_name,
        server=conversation.server,
        routing_profile=conversation.routing_profile,
        created_at=timezone.now(),
    )
    conversation.head = answer
    conversation.revision += 1
    conversation.save()
    return answer, _write_generation(conversation, answer, Generation.Cause.ANSWER)


def _write_generation(
    conversation: Conversation, answer: Message, cause: Generation.Cause
) -> Generation:
    process_id = runner.this_process.row_id
    if process_id is not None:
        saving.beat(process_id)
    answer.conversation = conversation
    return Generation.objects.create(
        message=answer,
        process_id=process_id,
        cause=cause,
        strategy=conversation.routing_profile,
        model_name=conversation.model_name,
        server=conversation.server,
    )


def _open_retry(person: User, answer: Message) -> Turn:
    def write(conversation: Conversation) -> Turn:
        question = answer.parent
        if question is None:
            raise TurnRefused("This message answers no question; there is nothing to try again.")
        fresh, generation = _write_answer(conversation, question)
        return Turn(conversation, question, fresh, generation)

    return _reopen(person, answer, write)


def _open_continue(person: User, answer: Message) -> Turn:
    def write(conversation: Conversation) -> Turn:
        if not answer.text:
            raise TurnRefused("There is no text to continue. Try again instead.")
        generation = _write_generation(conversation, answer, Generation.Cause.CONTINUE)
        answer.status = Status.WAITING
        answer.save(update_fields=["status", "updated_at"])
        conversation.revision += 1
        conversation.save(update_fields=["revision", "updated_at"])
        transcript = saving.load_transcript(answer)
        return Turn(conversation, answer.parent or answer, answer, generation, transcript)

    return _reopen(person, answer, write)


def _reopen(person: User, answer: Message, write: Callable[[Conversation], Turn]) -> Turn:
    try:
        with transaction.atomic():
            conversation = _locked(answer.conversation)
            if answer.role != Message.Role.ASSISTANT or conversation.head_id != answer.id:
                raise TurnRefused(
                    "Only the last answer can be tried again or continued. Reload the page."
                )
            _refuse_if_busy(person, conversation)
            return write(conversation)
    except IntegrityError as error:  # the other of two clicks was first
        raise TurnRefused("This answer is being written already.") from error


def _question_view(turn: Turn, text: str) -> ArticleView:
    question = turn.question
    facts: dict[str, Any] = {"plain_text": text, "parts": [as_typed(text)]}
    return ArticleView(
        question.public_id,
        turn.conversation.public_id,
        question.role,
        question.status,
        question.created_at,
        **facts,
    )


def _view(message_id: int) -> ArticleView:
    rows = Message.objects.select_related("conversation").prefetch_related("parts", "generations")
    return present(rows.get(id=message_id))
