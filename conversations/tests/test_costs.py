"""What a turn costs the database."""

import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conversations.answering import turns
from conversations.answering.course import Outcome
from conversations.answering.history.request import build_request
from conversations.answering.saving import finish_generation
from conversations.answering.transcript import Part, Transcript
from conversations.answering.turns import start
from conversations.models import Conversation
from conversations.tests.rows import conversation_of, long_chain
from routing.types import Finished


def statements(captured: CaptureQueriesContext) -> list[str]:
    """Shortened, so that a test that fails names them."""
    return [query["sql"][:90] for query in captured.captured_queries]


def queries_of_beginning(person, conversation: Conversation | None) -> int:
    with CaptureQueriesContext(connection) as captured:
        start._open_turn(person, conversation, turns.TurnInput("Hi"))
    return len(captured)


@pytest.mark.django_db
def test_a_turn_begins_with_the_same_queries_at_any_length(alice) -> None:
    short, long = conversation_of(alice), conversation_of(alice)
    long_chain(short, 20)
    long_chain(long, 2000)
    costs = [queries_of_beginning(alice, each) for each in (short, long)]
    assert costs[0] == costs[1] <= 15


@pytest.mark.django_db
def test_a_turn_ends_with_few_queries(alice, conversation) -> None:
    turn = start._open_turn(alice, conversation, turns.TurnInput("Hi"))
    transcript = Transcript([Part("text", 0, "Hello " * 10_000)])
    with CaptureQueriesContext(connection) as captured:
        finish_generation(turn.generation, transcript, Outcome(Finished("stop"), duration_ms=5))
    # Seven are the answer's; the rest is who listens, most where it is the first of an hour.
    assert len(captured) <= 21


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
