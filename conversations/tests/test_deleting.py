"""Deleting for good. A chain of 20,000 parents is deeper than any cascade goes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from conversations.answering.processes import UNDO_TIME, purge_deleted_conversations
from conversations.models import Conversation, Message, MessagePart
from conversations.tests.rows import conversation_of, everything, long_chain, turn_in

LONG = 20_000


def deleted(conversation: Conversation, ago: timedelta) -> Conversation:
    conversation.deleted_at = timezone.now() - ago
    conversation.save()
    return conversation


@pytest.mark.django_db(transaction=True)
def test_a_very_long_conversation_is_purged_in_one_go(
    conversation, django_assert_max_num_queries
) -> None:
    long_chain(conversation, LONG)
    deleted(conversation, ago=UNDO_TIME * 2)
    with django_assert_max_num_queries(4):
        purge_deleted_conversations()
    assert not any(everything().values())


@pytest.mark.django_db(transaction=True)
def test_a_very_long_conversation_goes_with_its_owner(alice, bob) -> None:
    kept = conversation_of(bob)
    long_chain(conversation_of(alice), LONG)
    alice.delete()
    assert list(Conversation.objects.all()) == [kept]
    assert not Message.objects.exists()
    assert not MessagePart.objects.exists()


def test_what_can_still_be_undone_is_not_purged(alice) -> None:
    conversation = deleted(conversation_of(alice), ago=UNDO_TIME / 2)
    assert purge_deleted_conversations() == 0
    assert Conversation.objects.filter(id=conversation.id).exists()


def test_only_what_was_deleted_is_purged(alice) -> None:
    answer = turn_in(conversation_of(alice), "Hi", "Hello")
    gone = conversation_of(alice)
    turn_in(gone, "Hi", "Hello")
    deleted(gone, ago=UNDO_TIME * 2)
    purge_deleted_conversations()
    assert set(Message.objects.values_list("conversation", flat=True)) == {answer.conversation_id}
