"""The rows of a turn, and when one cannot begin."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid4

from django.db import connection
from django.utils import timezone

from chatstudio.base.quick_rows import KeptQuery, insert_row
from chatstudio.models import ApiKey, User
from conversations.answering import runner, saving
from conversations.answering.course import expected_name
from conversations.answering.generation import LiveGeneration
from conversations.answering.history.request import Prepared
from conversations.answering.transcript import Transcript
from conversations.answering.turns.limits import TurnRefused, refuse_if_too_many
from conversations.models import (
    Conversation,
    Generation,
    Message,
    MessagePart,
    PromptProfile,
    Status,
)
from conversations.models.message import ACTIVE
from conversations.rendering import plain_text
from conversations.revisions import save_turn
from routing.strategies import STRATEGIES


@dataclass(frozen=True, slots=True)
class TurnInput:
    """What a person sends; `attachments` are public ids of their drafts. The same `request_id`
    twice has one effect."""

    text: str
    attachments: Sequence[UUID] = ()
    model_name: str = ""
    server: str = ""
    routing_profile: str = "direct"
    prompt_profile: PromptProfile | None = None
    memory_enabled: bool = True
    tools_enabled: bool = False
    request_id: UUID = field(default_factory=uuid4)


@dataclass(frozen=True, slots=True)
class Route:
    """How one answer is written, where that is not as the conversation's settings say."""

    model_name: str
    server: str
    routing_profile: str

    @classmethod
    def of(cls, conversation: Conversation) -> "Route":
        return cls(conversation.model_name, conversation.server, conversation.routing_profile)

    @classmethod
    def of_answer(cls, answer: Message) -> "Route":
        """As it began. An agent's answer bears the agent's name, which is no model."""
        usual = cls.of(answer.conversation)
        profile = answer.routing_profile or usual.routing_profile
        strategy = STRATEGIES.get(profile)
        if not answer.model_name or (strategy and not strategy.needs_model):
            return replace(usual, routing_profile=profile)
        return cls(answer.model_name, answer.server, profile)


@dataclass(frozen=True, slots=True)
class Turn:
    """`is_new` is False where the same request came before. `prepared` is what the model will be
    asked, where that is known by now; `live` is there once it has begun. `revision` is that of the
    conversation as it began: the row's own grows with the answer's end."""

    conversation: Conversation
    question: Message
    answer: Message
    generation: Generation
    transcript: Transcript = field(default_factory=Transcript)
    is_new: bool = True
    prepared: Prepared | None = None
    revision: int = 0
    live: LiveGeneration | None = None


_there = KeptQuery(
    lambda key: Conversation.objects.filter(id=key, deleted_at__isnull=True).select_related(
        "head", "prompt_profile"
    ),
    int,
)


def lock_conversation(conversation: Conversation) -> Conversation:
    """The row as it is now, for this transaction alone: of two tabs that send at once, the second
    finds the first one's answer being written. (SQLite's transactions exclude each other anyway.)
    What it refers to is read behind that: with a row that it had to wait for, PostgreSQL would give
    the head as it was before.
    """
    if connection.features.has_select_for_update:
        Conversation.objects.select_for_update().filter(id=conversation.id).first()
    current = _there.first(conversation.id)
    if current is None:
        raise TurnRefused("This conversation has just been deleted. Send it in a new chat.")
    return current


def earlier(
    person: User, request_id: UUID, is_the_same: Callable[[Message], bool]
) -> tuple[Turn | None, bool]:
    """The turn that this request has begun already, and whether its id is free. A page out of the
    browser's cache may send other words under its old id: they are a turn of their own, as are
    somebody else's."""
    question = Message.objects.filter(request_id=request_id).first()
    if question is None:
        return None, True
    if question.conversation.owner_id != person.id or not is_the_same(question):
        return None, False
    answer = question.children.order_by("id").first()
    generation = answer.generations.first() if answer else None
    if answer is None or generation is None:
        return None, False
    return Turn(question.conversation, question, answer, generation, is_new=False), False


def refuse_if_writing(conversation: Conversation) -> None:
    head = conversation.head
    if head is not None and head.status in ACTIVE:
        raise TurnRefused("An answer is still being written here. Stop it, or wait for its end.")
    if head is not None and head.status == Status.AWAITING_APPROVAL:
        raise TurnRefused("The last answer waits for your decision. Decide first.")


def refuse_if_busy(person: User, conversation: Conversation | None) -> None:
    if conversation is not None:
        refuse_if_writing(conversation)
    refuse_if_too_many(person)


def title_of(text: str) -> str:
    """As much of its beginning as a title holds: what is shown of it, pages cut by their room."""
    return plain_text(text, Conversation.TITLE_LENGTH) or "New chat"


def write_question(
    conversation: Conversation, parent: Message | None, text: str, request_id: UUID
) -> Message:
    question = Message(
        conversation=conversation,
        parent=parent,
        depth=parent.depth + 1 if parent else 0,
        role=Message.Role.USER,
        request_id=request_id,
        created_at=timezone.now(),
    )
    insert_row(question)
    if text:
        kind = MessagePart.Kind.TEXT
        insert_row(MessagePart(message=question, kind=kind, position=0, content=text))
    return question


def write_answer(
    conversation: Conversation,
    question: Message,
    route: Route | None = None,
    key: ApiKey | None = None,
) -> tuple[Message, Generation]:
    """Within a transaction: an empty answer below the question becomes the conversation's head.
    `key` is the API key that asks for it, if one does."""
    route = route or Route.of(conversation)
    name = expected_name(route.routing_profile, route.model_name)
    answer = Message(
        conversation=conversation,
        parent=question,
        depth=question.depth + 1,
        role=Message.Role.ASSISTANT,
        status=Status.WAITING,
        model_name=name,
        server=route.server if name == route.model_name else "",
        routing_profile=route.routing_profile,
        created_at=timezone.now(),
    )
    insert_row(answer)
    conversation.head = answer
    save_turn(conversation)
    return answer, write_generation(conversation, answer, Generation.Cause.ANSWER, key)


def writing_process() -> int | None:
    """The row of this process, whose heart beats from here on."""
    process_id = runner.this_process.row_id
    if process_id is not None:
        saving.beat_if_due(process_id)
    return process_id


def write_generation(
    conversation: Conversation,
    answer: Message,
    cause: Generation.Cause,
    key: ApiKey | None = None,
) -> Generation:
    process_id = writing_process()
    answer.conversation = conversation
    route = Route.of_answer(answer)
    generation = Generation(
        message=answer,
        process_id=process_id,
        api_key=key,
        cause=cause,
        strategy=route.routing_profile,
        model_name=route.model_name,
        server=route.server,
    )
    insert_row(generation)
    return generation
