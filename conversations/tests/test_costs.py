"""What a turn costs the database."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conversations.answering import runner, turns
from conversations.answering.course import Outcome
from conversations.answering.history.request import build_request
from conversations.answering.saving import announce, finish_generation
from conversations.answering.transcript import Part, Transcript
from conversations.answering.turns import again, requests, start
from conversations.models import Conversation, Message
from conversations.tests.rows import conversation_of, long_chain, turn_in
from metrics.models import MetricRollup
from routing.llm.catalogue import Catalogue
from routing.types import ChatMessage, ChatRequest, Finished, ModelInfo

LOCK = int(connection.features.has_select_for_update)
"""Of the person, and of a conversation, where whole transactions do not exclude each other."""


def statements(captured: CaptureQueriesContext) -> str:
    """How many, and which: what a test that fails says."""
    said = [" ".join(query["sql"].split())[:80] for query in captured.captured_queries]
    said = [one for one in said if not one.startswith("RELEASE")]
    return "\n".join(f"{number} {one}" for number, one in enumerate(said, 1))


def opened(person, conversation: Conversation | None, **wanted) -> tuple[turns.Turn, str]:
    """A turn with all that is done before its model is asked, and the statements."""
    found = ModelInfo("echo", "echo:", context_length=8192)
    sent = turns.TurnInput("Hi", model_name="echo", server="echo:", **wanted)
    with CaptureQueriesContext(connection) as captured:
        turn, _ = start._open(lambda: (person, conversation, sent), Catalogue((found,)))
    assert turn.prepared
    return turn, statements(captured)


@pytest.mark.django_db
def test_a_message_of_a_conversation(alice, conversation) -> None:
    """Its lock, two limits; question, its words, answer, conversation and run; what was said
    before, the last receipt and the memories; the receipt."""
    turn_in(conversation, "Why?", "So.")
    _, said = opened(alice, conversation)
    assert said.count("\n") + 1 <= 13 + 2 * LOCK, said


@pytest.mark.django_db
def test_the_first_message_of_a_new_one(alice) -> None:
    _, said = opened(alice, None)
    assert said.count("\n") + 1 <= 13 + LOCK, said


@pytest.mark.django_db
def test_without_memory(alice, conversation) -> None:
    turn_in(conversation, "Why?", "So.")
    _, said = opened(alice, conversation, memory_enabled=False)
    assert said.count("\n") + 1 <= 11 + 2 * LOCK, said


@pytest.mark.django_db
def test_another_answer(alice, conversation) -> None:
    answer = turn_in(conversation, "Why?", "So.")
    row = Message.objects.select_related("conversation", "parent").get(id=answer.id)
    with CaptureQueriesContext(connection) as captured:
        again._open_retry(alice, row, None)
    said = statements(captured)
    assert said.count("\n") + 1 <= 7 + 2 * LOCK, said


@pytest.mark.django_db
def test_a_request_of_a_program(alice) -> None:
    asked = requests.Asked("direct", ChatRequest("echo", (ChatMessage("user", "Hi"),)))
    with CaptureQueriesContext(connection) as captured:
        requests._begin_all(alice, lambda: [asked])
    said = statements(captured)
    assert said.count("\n") + 1 <= 4 + LOCK, said


@pytest.mark.django_db
def test_a_turn_begins_with_the_same_statements_at_any_length(alice) -> None:
    short, long = conversation_of(alice), conversation_of(alice)
    long_chain(short, 20)
    long_chain(long, 2000)
    costs = [opened(alice, each)[1].count("\n") for each in (short, long)]
    assert costs[1] <= costs[0] + 1  # how the whole begins, where not all of it is read


@pytest.mark.django_db
def test_a_turn_ends_with_few_queries(alice, conversation) -> None:
    turn = start._open_turn(alice, conversation, turns.TurnInput("Hi"))
    transcript = Transcript([Part("text", 0, "Hello " * 10_000)])
    end = Outcome(Finished("stop"), duration_ms=5)
    with CaptureQueriesContext(connection) as captured:
        assert finish_generation(turn.generation, transcript, end)
    said = statements(captured)
    assert said.count("\n") + 1 <= 5, said


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 30])
def test_turns_that_end_in_one_moment_are_counted_with_few_queries(alice, count) -> None:
    end = Outcome(Finished("stop"), duration_ms=5)
    ended = []
    for _ in range(count):
        turn = start._open_turn(alice, conversation_of(alice), turns.TurnInput("Hi"))
        finish_generation(turn.generation, Transcript(), end)
        ended.append((turn.generation, end))
    with CaptureQueriesContext(connection) as captured:
        announce(ended)
    said = statements(captured)
    assert said.count("\n") + 1 <= 13, said  # most where they are the first of a day
    assert sum(row.answers for row in MetricRollup.objects.filter(owner=alice)) == count


@pytest.mark.django_db
@pytest.mark.parametrize("length", [20, 2000])
def test_a_history_of_any_length_is_read_with_the_same_queries(
    alice, conversation, length, django_assert_num_queries
) -> None:
    long_chain(conversation, length)
    turn = start._open_turn(alice, conversation, turns.TurnInput("Hi"))
    with django_assert_num_queries(3):
        build_request(turn.conversation, turn.answer, "echo")


@pytest.mark.django_db(transaction=True)
async def test_sending_takes_the_same_queries_at_any_length(alice, aclient, model) -> None:
    """The door as a whole, with the page's answer. Queries run in one thread: count them there."""
    costs = []
    for length in (20, 200):
        conversation = await sync_to_async(conversation_of)(alice)
        await sync_to_async(long_chain)(conversation, length)
        counted = await sync_to_async(CaptureQueriesContext)(connection)
        await sync_to_async(counted.__enter__)()
        url = f"/chat/{conversation.public_id}/send/"
        await aclient.post(url, {"text": "Hi"}, headers={"HX-Request": "true"})
        await sync_to_async(counted.__exit__)(None, None, None)
        costs.append(len(counted))
    assert abs(costs[0] - costs[1]) <= 6  # the answer's own end may fall within
    assert max(costs) <= 60


@pytest.mark.django_db(transaction=True)
async def test_a_first_message_and_its_page(alice, aclient, model, monkeypatch) -> None:
    """The turn, and the page that takes the place of the one for a new chat: prompt profiles and
    files for its composer, all else is at hand."""
    monkeypatch.setattr(runner, "CHECKPOINT_SECONDS", 600)  # none of them is counted, however slow
    gate = asyncio.Event()
    model.does(gate)
    counted = await sync_to_async(CaptureQueriesContext)(connection)
    await sync_to_async(counted.__enter__)()
    sent = {"text": "Hi", "tab": "tab-1", "model": "echo@echo:"}
    answer = await aclient.post("/chat/send/", sent, headers={"HX-Request": "true"})
    await sync_to_async(counted.__exit__)(None, None, None)
    gate.set()
    assert answer.headers["HX-Push-Url"]
    said = await sync_to_async(statements)(counted)
    assert said.count("\n") + 1 <= 15 + LOCK, said
