"""A metric outlives its conversation, and goes with its owner."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from conversations.answering.processes import purge_deleted_conversations
from conversations.models import Conversation
from conversations.tests.rows import turn_in
from metrics.models import ChatMetric


@pytest.fixture
def metric(alice, conversation) -> ChatMetric:
    generation = turn_in(conversation, "Hi", "Hello").generations.get()
    return ChatMetric.objects.create(
        generation=generation, owner=alice, output_tokens=7, created_at=timezone.now()
    )


def test_it_stays_when_its_conversation_is_purged(metric) -> None:
    Conversation.objects.update(deleted_at=timezone.now() - timedelta(days=1))
    purge_deleted_conversations()
    metric.refresh_from_db()
    assert metric.generation is None
    assert metric.output_tokens == 7


def test_it_goes_with_its_owner(alice, metric) -> None:
    alice.delete()
    assert not ChatMetric.objects.exists()


def test_a_generation_has_one(metric) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ChatMetric.objects.create(
            generation=metric.generation, owner=metric.owner, created_at=timezone.now()
        )
