"""The tree: an edited question, the way between versions, and what a page shows of it."""

from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async

from conversations.answering import runner, turns
from conversations.answering.history.tree import newest_below
from conversations.answering.seam import in_thread
from conversations.lookup import message_for
from conversations.models import Conversation, Message
from conversations.models.message import siblings_of
from conversations.showing.article_views import article_views
from conversations.tests.rows import conversation_of, long_chain, say, turn_in
from conversations.tests.scripted import never
from conversations.tests.talking import begin, end_of, talk, text_of

pytestmark = pytest.mark.django_db(transaction=True)


async def found(person, message: Message) -> Message:
    key = message.conversation.public_id
    return await sync_to_async(message_for)(person, key, message.public_id)


async def question_of(person, answer: Message) -> Message:
    parent = await Message.objects.select_related("conversation").aget(id=answer.parent_id)
    return await found(person, parent)


async def test_an_edited_question_stands_beside_the_first(alice, conversation, model) -> None:
    first = await talk(alice, "Helo", conversation)
    question = await question_of(alice, first.message)
    turn = await turns.edit_question(alice, question, "Hello")
    await end_of(turn)
    assert turn.question.parent_id == question.parent_id
    assert await text_of(turn.question) == "Hello"
    assert await text_of(question) == "Helo"


async def test_the_model_sees_the_edited_question_alone(alice, conversation, model) -> None:
    await talk(alice, "One", conversation)
    second = await talk(alice, "Tow", conversation)
    turn = await turns.edit_question(alice, await question_of(alice, second.message), "Two")
    await end_of(turn)
    sent = [message.content for message in model.requests[-1].messages]
    assert sent == ["One", "Hello", "Two"]


async def test_the_first_question_can_be_edited_too(alice, conversation, model) -> None:
    first = await talk(alice, "One", conversation)
    await talk(alice, "Two", conversation)
    turn = await turns.edit_question(alice, await question_of(alice, first.message), "Uno")
    await end_of(turn)
    assert turn.question.parent_id is None
    head = await Conversation.objects.values_list("head", flat=True).aget(id=conversation.id)
    assert head == turn.answer.id


async def test_the_same_edit_sent_twice_is_one(alice, conversation, model) -> None:
    first = await talk(alice, "One", conversation)
    question, key = await question_of(alice, first.message), uuid4()
    once = await turns.edit_question(alice, question, "Uno", key)
    await end_of(once)
    twice = await turns.edit_question(alice, question, "Uno", key)
    assert twice.answer == once.answer
    assert not twice.is_new


async def test_an_answer_cannot_be_edited(alice, conversation, model) -> None:
    first = await talk(alice, "One", conversation)
    with pytest.raises(turns.TurnRefused):
        await turns.edit_question(alice, await found(alice, first.message), "Mine now")


async def test_switching_shows_the_branch_as_it_was_left(alice, conversation, model) -> None:
    first = await talk(alice, "One", conversation)
    second = await talk(alice, "Two", conversation)
    await end_of(await turns.edit_question(alice, await question_of(alice, first.message), "Uno"))
    await in_thread(turns.show_branch, await question_of(alice, first.message))
    head = await Conversation.objects.values_list("head", flat=True).aget(id=conversation.id)
    assert head == second.message_id


async def test_nobody_switches_under_a_running_answer(alice, conversation, model) -> None:
    first = await talk(alice, "One", conversation)
    model.does(never())
    turn = await begin(alice, "Two", conversation)
    with pytest.raises(turns.TurnRefused, match="still being written"):
        await in_thread(turns.show_branch, await found(alice, first.message))
    await runner.stop(turn.answer)


def test_versions_are_counted_with_their_neighbours(conversation) -> None:
    question = say(conversation, "user", "Hi")
    answers = [say(conversation, "assistant", str(n), parent=question) for n in range(3)]
    places = siblings_of([question, answers[1]])
    assert question.id not in places
    middle = places[answers[1].id]
    assert (middle.number, middle.count) == (2, 3)
    assert (middle.previous, middle.next) == (answers[0].public_id, answers[2].public_id)


def test_first_questions_are_versions_of_each_other_in_one_conversation(
    alice, conversation
) -> None:
    one = say(conversation, "user", "One")
    Conversation.objects.filter(id=conversation.id).update(head=None)
    conversation.head = None
    two = say(conversation, "user", "Two")
    say(conversation_of(alice), "user", "Elsewhere")
    assert siblings_of([two])[two.id].count == 2
    assert siblings_of([one])[one.id].number == 1


def test_one_query_finds_the_versions_of_a_page(conversation, django_assert_num_queries) -> None:
    rows = [turn_in(conversation, f"Q{n}", f"A{n}") for n in range(5)]
    with django_assert_num_queries(1):
        siblings_of(rows)


def test_the_article_shows_which_version_it_is(conversation) -> None:
    question = say(conversation, "user", "Hi")
    say(conversation, "assistant", "One", parent=question)
    two = say(conversation, "assistant", "Two", parent=question)
    (view,) = article_views([two])
    assert view.siblings is not None
    assert (view.siblings.number, view.siblings.count) == (2, 2)


def test_the_newest_leaf_is_found_however_deep(conversation) -> None:
    long_chain(conversation, 3000)
    root = Message.objects.filter(conversation=conversation).order_by("id").first()
    assert root is not None
    assert newest_below(root.id) == conversation.head_id
