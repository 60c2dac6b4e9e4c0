"""Without accounts too, what belongs to Bob does not exist for the person at this machine."""

import pytest
from django.urls import reverse

from conversations.models import Conversation, Message
from conversations.tests.rows import conversation_of, turn_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def his(bob) -> Message:
    return turn_in(conversation_of(bob), "Secret", "Words")


def test_bobs_conversation_does_not_exist(alice, his, client) -> None:
    url = reverse("conversation", args=[his.conversation.public_id])
    assert client.get(url).status_code == 404


def test_bobs_deleted_conversation_cannot_be_taken_back(alice, his, client) -> None:
    Conversation.objects.update(deleted_at=his.created_at)
    answer = client.get(reverse("chat"), {"deleted": str(his.conversation.public_id)})
    assert b"toast-" not in answer.content


def test_bobs_message_is_no_page_of_ones_own_conversation(alice, his, client) -> None:
    mine = turn_in(conversation_of(alice), "Hi", "Hello").conversation
    url = reverse("older_messages", args=[mine.public_id])
    assert client.get(url, {"before": his.public_id}).status_code == 404
