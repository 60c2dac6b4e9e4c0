import re
from pathlib import Path

import pytest
from django.conf import settings

from conversations.models import Conversation
from conversations.revisions import bump_revision, change_conversation, save_conversation

pytestmark = pytest.mark.django_db


def test_a_change_and_its_revision_are_one_statement(
    conversation, django_assert_num_queries
) -> None:
    before = conversation.updated_at
    with django_assert_num_queries(1):
        bump_revision(conversation.id, title="Other")
    conversation.refresh_from_db()
    assert (conversation.title, conversation.revision) == ("Other", 1)
    assert conversation.updated_at > before


def test_what_others_wrote_meanwhile_stays(conversation) -> None:
    Conversation.objects.update(is_pinned=True, revision=7)
    change_conversation(conversation, title="Other")
    row = Conversation.objects.get()
    assert (row.title, row.is_pinned, row.revision) == ("Other", True, 8)
    assert (conversation.title, conversation.revision) == ("Other", 1)


def test_a_whole_row_gets_one_too(conversation) -> None:
    conversation.title = "Other"
    save_conversation(conversation)
    assert Conversation.objects.values_list("title", "revision").get() == ("Other", 1)


def test_nobody_else_counts_revisions() -> None:
    by_hand = re.compile(r'revision \+= 1|F\("revision"\)')
    apps = (settings.BASE_DIR / app for app in ("chatstudio", "conversations", "metrics"))
    files = [file for app in apps for file in app.rglob("*.py") if "tests" not in file.parts]
    assert {f.name for f in files if by_hand.search(Path(f).read_text())} == {"revisions.py"}
