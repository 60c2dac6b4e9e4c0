"""GET /tags."""

import pytest

from conversations.models import Conversation
from conversations.tagging import set_tags
from conversations.tests.api.asked import UI, may
from conversations.tests.rows import conversation_of

pytestmark = pytest.mark.django_db

TAGS = f"{UI}/tags"


def test_tags_come_by_name_with_their_counts(alice, bob, client) -> None:
    set_tags(conversation_of(alice), ["work", "home"])
    set_tags(conversation_of(alice, is_archived=True), ["work"])
    set_tags(conversation_of(bob), ["bob"])
    assert client.get(TAGS).json()["tags"] == [
        {"name": "home", "conversations": 1},
        {"name": "work", "conversations": 2},
    ]


def test_a_tag_of_deleted_conversations_alone_is_none(alice, client) -> None:
    set_tags(conversation_of(alice), ["home"])
    Conversation.objects.update(deleted_at="2026-01-01T00:00Z")
    assert client.get(TAGS).json()["tags"] == []


def test_a_key_needs_the_scope(alice, client) -> None:
    assert may(client, alice, "get", TAGS) == {"read", "chat"}
