"""A turn: what is written before anything can fail, and what is refused."""

import asyncio
import threading
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, transaction

from conversations.answering import turns
from conversations.answering.turns.writing import lock_conversation
from conversations.models import Conversation, Generation, Message
from conversations.tests.rows import conversation_of, everything, say, turn_in
from conversations.tests.scripted import HELLO, never
from conversations.tests.talking import begin, end_of, talk, text_of
from routing.types import TextDelta

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def slow(model):
    """A model that says one word and then nothing."""
    model.does(TextDelta("Well"), never())
    return model


async def test_the_question_is_saved_before_the_answer(alice, slow) -> None:
    turn = await begin(alice, "What is a heat pump?")
    question = await Message.objects.aget(id=turn.question.id)
    assert (question.role, question.status) == ("user", "complete")
    assert await text_of(question) == "What is a heat pump?"


async def test_the_answer_hangs_below_the_question_and_is_the_head(alice, slow) -> None:
    turn = await begin(alice)
    answer = await Message.objects.aget(id=turn.answer.id)
    conversation = await Conversation.objects.aget(id=turn.conversation.id)
    assert answer.parent_id == turn.question.id
    assert conversation.head_id == answer.id
    assert (answer.role, answer.status) == ("assistant", "waiting")


async def test_the_second_question_hangs_below_the_first_answer(alice, model) -> None:
    first = await talk(alice, "One")
    second = await begin(alice, "Two", first.message.conversation)
    assert second.question.parent_id == first.message_id
    await end_of(second)


async def test_a_generation_row_waits_for_its_model(alice, slow) -> None:
    turn = await begin(alice, model_name="echo", server="echo:")
    row = await Generation.objects.aget(message_id=turn.answer.id)
    assert (row.status, row.cause, row.strategy) == ("waiting", "answer", "direct")
    assert (row.model_name, row.server) == ("echo", "echo:")


async def test_the_end_is_saved_with_the_text(alice, model) -> None:
    generation = await talk(alice)
    assert await text_of(generation.message) == "Hello"
    assert (generation.status, generation.finish_reason) == ("complete", "stop")
    assert generation.message.status == "complete"
    assert generation.finished_at is not None


async def test_begin_and_end_each_make_a_revision(alice, model) -> None:
    model.does(go := asyncio.Event(), *HELLO)
    turn = await begin(alice)
    assert turn.conversation.revision == 1
    go.set()
    ended = await end_of(turn)
    assert ended.message.conversation.revision == 2


async def test_the_echo_model_answers_for_real(alice) -> None:
    generation = await talk(alice, "Good morning to you")
    assert await text_of(generation.message) == "Good morning to you"


async def test_an_empty_choice_takes_the_default_and_the_rows_name_it(alice, model) -> None:
    generation = await talk(alice)
    assert (generation.model_name, generation.server) == ("echo", "echo:")
    assert generation.message.model_name == "echo"


async def test_a_new_conversation_is_named_after_its_first_message(alice, model) -> None:
    turn = await begin(alice, "**Heat** pumps\nin `old` houses")
    assert turn.conversation.title == "Heat pumps in old houses"
    await end_of(turn)


async def test_a_long_first_message_gives_a_title_that_ends_with_a_word(alice, model) -> None:
    turn = await begin(alice, "## " + "word " * 1000)
    assert turn.conversation.title == " ".join(["word"] * 39) + " word…"
    assert len(turn.conversation.title) == Conversation.TITLE_LENGTH
    await end_of(turn)


async def test_a_message_without_words_still_gives_a_title(alice, model) -> None:
    turn = await begin(alice, "---")
    assert turn.conversation.title == "New chat"
    await end_of(turn)


async def test_a_title_that_a_person_gave_stays(alice, conversation, model) -> None:
    generation = await talk(alice, "Hi", conversation)
    assert generation.message.conversation.title == "Heat pumps"


async def test_the_same_request_twice_is_one_turn(alice, slow) -> None:
    request_id = uuid4()
    first = await begin(alice, "Hi", request_id=request_id)
    second = await begin(alice, "Hi", request_id=request_id)
    assert first.is_new
    assert not second.is_new
    assert second.generation.id == first.generation.id
    assert await Message.objects.acount() == 2


async def test_the_same_request_at_the_same_time_is_one_turn(alice, slow) -> None:
    request_id = uuid4()
    both = await asyncio.gather(*[begin(alice, "Hi", request_id=request_id) for _ in range(2)])
    assert sorted(turn.is_new for turn in both) == [False, True]
    assert await Message.objects.acount() == 2


async def test_other_words_under_an_old_request_are_a_turn_of_their_own(alice, model) -> None:
    """A page from the browser's cache sends its old request id with new words."""
    request_id = uuid4()
    await talk(alice, "One", request_id=request_id)
    second = await begin(alice, "Two", request_id=request_id)
    assert second.is_new
    assert await text_of(second.question) == "Two"
    await end_of(second)


async def test_bobs_request_id_does_not_hinder_alice(alice, bob, model) -> None:
    request_id = uuid4()
    await talk(bob, "Hi", request_id=request_id)
    turn = await begin(alice, "Hi", request_id=request_id)
    assert turn.conversation.owner_id == alice.id
    await end_of(turn)


@pytest.mark.parametrize("status", ["waiting", "generating", "awaiting_approval"])
async def test_a_busy_conversation_takes_no_further_turn(
    alice, conversation, model, status
) -> None:
    await sync_to_async(say)(conversation, "assistant", "", status)
    before = await sync_to_async(everything)()
    with pytest.raises(turns.TurnRefused) as refusal:
        await begin(alice, "Hi", conversation)
    assert refusal.value.status == 409
    assert await sync_to_async(everything)() == before


def test_whoever_waits_for_a_conversation_finds_its_head_as_it_is_then(alice, conversation) -> None:
    turn_in(conversation, "Hi", "Hello")
    found = []

    def wait_for_it() -> None:
        with transaction.atomic():
            head = lock_conversation(conversation).head
        found.append((head and head.id, head and head.status))
        connection.close()

    waiting = threading.Thread(target=wait_for_it)
    with transaction.atomic():
        current = lock_conversation(conversation)
        waiting.start()
        while connection.vendor == "postgresql" and not _somebody_waits():
            pass
        fresh = say(conversation, "assistant", "", "waiting", parent=current.head)
        Conversation.objects.update(head=fresh)
    waiting.join()
    assert found == [(fresh.id, "waiting")]


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)")
        return cursor.fetchone()[0]


async def test_of_two_turns_at_the_same_moment_one_is_refused(alice, conversation, slow) -> None:
    """Two tabs that both loaded the conversation before either of them sent."""
    tabs = [await Conversation.objects.select_related("head").aget() for _ in range(2)]
    both = await asyncio.gather(*[begin(alice, "Hi", tab) for tab in tabs], return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in both) == ["Turn", "TurnRefused"]
    assert await Message.objects.acount() == 2


async def test_a_turn_keeps_what_was_renamed_meanwhile(alice, conversation, model) -> None:
    """The tab loaded the conversation before another one renamed it."""
    old = await Conversation.objects.aget()
    await Conversation.objects.aupdate(title="Renamed", is_pinned=True, revision=7)
    model.does(go := asyncio.Event(), *HELLO)
    turn = await begin(alice, "Hi", old)
    now = await Conversation.objects.aget()
    assert (now.title, now.is_pinned, now.revision) == ("Renamed", True, 8)
    assert turn.conversation.revision == 8
    go.set()
    await end_of(turn)


async def test_a_conversation_deleted_meanwhile_takes_no_turn(alice, conversation, model) -> None:
    old = await Conversation.objects.aget()
    await Conversation.objects.all().adelete()
    with pytest.raises(turns.TurnRefused):
        await begin(alice, "Hi", old)


async def test_so_many_answers_at_once_and_no_more(alice, slow, settings) -> None:
    settings.TURNS_AT_ONCE = 2
    await begin(alice)
    await begin(alice)
    with pytest.raises(turns.TooManyTurns) as refusal:
        await begin(alice)
    assert refusal.value.status == 429


async def test_many_turns_at_the_same_moment_do_not_pass_the_limit(alice, slow, settings) -> None:
    settings.TURNS_AT_ONCE = 2
    outcomes = await asyncio.gather(*[begin(alice) for _ in range(6)], return_exceptions=True)
    assert sum(isinstance(outcome, turns.Turn) for outcome in outcomes) == 2


async def test_bobs_answers_do_not_count_for_alice(alice, bob, slow, settings) -> None:
    settings.TURNS_AT_ONCE = 1
    await begin(bob)
    assert (await begin(alice)).is_new


async def test_the_choices_of_this_message_stay_with_the_conversation(
    alice, conversation, model
) -> None:
    await talk(alice, "Hi", conversation, model_name="echo", memory_enabled=False)
    await conversation.arefresh_from_db()
    assert conversation.model_name == "echo"
    assert not conversation.memory_enabled


async def test_a_turn_moves_the_conversation_to_the_top(alice, model) -> None:
    old = await sync_to_async(conversation_of)(alice)
    before = old.last_message_at
    await talk(alice, "Hi", old)
    await old.arefresh_from_db()
    assert old.last_message_at > before


async def test_a_turn_after_a_finished_one_is_taken(alice, conversation, model) -> None:
    await sync_to_async(turn_in)(conversation, "One", "Two")
    generation = await talk(alice, "Three", conversation)
    assert generation.status == "complete"
