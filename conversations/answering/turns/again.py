"""Further answers: tried again, continued, to an edited question; and the way between them."""

from collections.abc import Callable
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from chatstudio.models import User
from conversations.answering import saving
from conversations.answering.history.tree import newest_below
from conversations.answering.news import AnswerResumed, BranchShown
from conversations.answering.seam import leave
from conversations.answering.turns.limits import TurnRefused
from conversations.answering.turns.start import carried_through, open_prepared, tell_and_launch
from conversations.answering.turns.writing import (
    Route,
    Turn,
    earlier,
    lock_conversation,
    refuse_if_busy,
    refuse_if_writing,
    write_answer,
    write_generation,
    write_question,
)
from conversations.features.files.rows import copy as copy_files
from conversations.models import Conversation, Generation, Message, Status
from conversations.revisions import change_conversation


@carried_through
async def regenerate_answer(person: User, answer: Message, route: Route | None = None) -> Turn:
    """Another answer to the same question, perhaps by another route. The first one stays in the
    tree beside it."""
    turn = await open_prepared(_open_retry, person, answer, route)
    return await tell_and_launch(BranchShown(turn.conversation, turn.answer.public_id), turn)


@carried_through
async def edit_question(
    person: User, question: Message, text: str, request_id: UUID | None = None
) -> Turn:
    """The question in other words, and an answer to it: a branch beside the first one."""
    turn = await open_prepared(_open_edit, person, question, text, request_id or uuid4())
    if turn.is_new:
        news = BranchShown(turn.conversation, turn.answer.public_id)
        turn = await tell_and_launch(news, turn)
    return turn


@carried_through
async def continue_answer(person: User, answer: Message) -> Turn:
    """*Continue*: the model goes on where the answer ends, in the same message."""
    turn = await open_prepared(_open_continue, person, answer)
    return await tell_and_launch(AnswerResumed(answer.id), turn)


def _open_retry(person: User, answer: Message, route: Route | None) -> Turn:
    def write(conversation: Conversation) -> Turn:
        question = answer.parent
        if question is None or answer.role != Message.Role.ASSISTANT:
            raise TurnRefused("This message answers no question; there is nothing to try again.")
        fresh, generation = write_answer(conversation, question, route, person.came_with)
        return Turn(conversation, question, fresh, generation)

    return _reopen_conversation(person, answer, write)


def _open_edit(person: User, question: Message, text: str, request_id: UUID) -> Turn:
    def is_the_same(row: Message) -> bool:
        return row.text == text and row.parent_id == question.parent_id

    known, is_free = earlier(person, request_id, is_the_same)
    if known:
        return known

    def write(conversation: Conversation) -> Turn:
        if question.role != Message.Role.USER:
            raise TurnRefused("Only your own messages can be edited.")
        key = request_id if is_free else uuid4()
        fresh = write_question(conversation, question.parent, text, key)
        copy_files(question, fresh)
        answer, generation = write_answer(conversation, fresh, key=person.came_with)
        return Turn(conversation, fresh, answer, generation)

    return _reopen_conversation(person, question, write)


def _open_continue(person: User, answer: Message) -> Turn:
    def write(conversation: Conversation) -> Turn:
        if answer.role != Message.Role.ASSISTANT or conversation.head_id != answer.id:
            raise TurnRefused("Only the last answer can be continued. Reload the page.")
        if not answer.text:
            raise TurnRefused("There is no text to continue. Try again instead.")
        generation = write_generation(
            conversation, answer, Generation.Cause.CONTINUE, person.came_with
        )
        answer.status = Status.WAITING
        answer.save(update_fields=["status", "updated_at"])
        change_conversation(conversation)
        transcript = saving.load_transcript(answer)
        return Turn(conversation, answer.parent or answer, answer, generation, transcript)

    return _reopen_conversation(person, answer, write)


def _reopen_conversation(
    person: User, message: Message, write: Callable[[Conversation], Turn]
) -> Turn:
    try:
        with transaction.atomic():
            conversation = lock_conversation(message.conversation)
            refuse_if_busy(person, conversation)
            return write(conversation)
    except IntegrityError as error:  # the other of two clicks was first
        raise TurnRefused("This answer is being written already.") from error


def show_branch(message: Message) -> Conversation:
    """Shows the branch in which this message stands, as it was left."""
    leaf = newest_below(message.id)
    with transaction.atomic():
        conversation = lock_conversation(message.conversation)
        refuse_if_writing(conversation)
        change_conversation(conversation, head_id=leaf)
    leave(BranchShown(conversation))
    return conversation
