"""The way from the active leaf upwards."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conversations.answering.history.tree import branch
from conversations.showing.message_pages import messages_page
from conversations.tests.rows import conversation_of, long_chain, say, turn_in


def queries_for(work) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        work()
    return len(queries)


def test_it_runs_from_the_oldest_to_the_leaf(conversation) -> None:
    turn_in(conversation, "One", "Two")
    turn_in(conversation, "Three", "Four")
    shown = [message.text for message in branch(conversation.head_id)]
    assert shown == ["One", "Two", "Three", "Four"]


def test_a_limit_keeps_the_newest(conversation) -> None:
    turn_in(conversation, "One", "Two")
    turn_in(conversation, "Three", "Four")
    assert [message.text for message in branch(conversation.head_id, 3)] == ["Two", "Three", "Four"]


def test_siblings_are_left_out(conversation) -> None:
    first = turn_in(conversation, "One", "Two")
    say(conversation, "assistant", "Another two", parent=first.parent)
    assert [message.text for message in branch(conversation.head_id)] == ["One", "Another two"]


def test_a_conversation_without_messages_has_no_branch(conversation) -> None:
    assert branch(conversation.head_id) == []


def test_the_page_of_a_very_long_conversation_costs_what_a_short_one_costs(alice) -> None:
    short, long = conversation_of(alice), conversation_of(alice)
    long_chain(short, 20)
    long_chain(long, 20_000)
    costs = [queries_for(lambda c=c: messages_page(c, c.head_id)) for c in (short, long)]
    assert costs[0] == costs[1] <= 6


@pytest.mark.parametrize(("length", "most"), [(20, 4), (20_000, 13)])
def test_a_whole_branch_takes_few_queries(conversation, length: int, most: int) -> None:
    long_chain(conversation, length)
    rows: list = []
    assert queries_for(lambda: rows.extend(branch(conversation.head_id))) <= most
    assert len(rows) == length


def test_pages_of_messages_have_no_holes(conversation) -> None:
    long_chain(conversation, 95)
    seen: list[str] = []
    leaf = conversation.head
    while leaf is not None:
        page = messages_page(conversation, leaf.id)
        seen = [view.plain_text for view in page.articles] + seen
        oldest = conversation.messages.get(public_id=page.articles[0].public_id)
        assert bool(page.older_before) == bool(oldest.parent_id)
        leaf = oldest.parent
    assert seen == [f"Words {number}" for number in range(95)]
