"""The demo set comes and goes, and nothing else does."""

import pytest
from django.core.management import CommandError, call_command

from conversations.models import Conversation, Message, MessagePart
from conversations.tagging import set_tags
from conversations.tests.rows import conversation_of, everything, say, turn_in
from metrics.models import ChatMetric

pytestmark = pytest.mark.django_db


@pytest.fixture
def seeded(alice) -> None:
    call_command("seed_demo", verbosity=0)


def test_it_has_languages_branches_steps_and_figures(seeded) -> None:
    assert Conversation.objects.count() >= 9
    assert MessagePart.objects.filter(kind="tool_call").exists()
    assert Message.objects.filter(role="user", children__isnull=False).count() > (
        Message.objects.filter(role="user").count()
    )
    days = set(ChatMetric.objects.dates("created_at", "day"))
    assert len(days) >= 25


def test_every_page_of_it_can_be_shown(seeded, client) -> None:
    for conversation in Conversation.objects.all():
        assert client.get(f"/chat/{conversation.public_id}/").status_code == 200


def test_it_is_removed_wholly_and_only_it(alice, bob) -> None:
    mine = turn_in(conversation_of(alice), "Mine", "Yours").conversation
    set_tags(mine, ["home"])
    ChatMetric.objects.create(
        owner=bob, strategy="direct", status="complete", created_at=mine.created_at
    )
    before, figures = everything(), list(ChatMetric.objects.values())
    call_command("seed_demo", verbosity=0)
    say(Conversation.objects.exclude(id=mine.id).first(), "user", "Going on here")
    call_command("seed_demo", remove=True, verbosity=0)
    assert (everything(), list(ChatMetric.objects.values())) == (before, figures)


def test_it_does_not_come_twice(seeded) -> None:
    with pytest.raises(CommandError, match="there already"):
        call_command("seed_demo")
