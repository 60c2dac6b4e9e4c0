"""What goes by itself."""

import os
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from conversations.answering.processes import purge_deleted_conversations
from conversations.features.files import cleaning
from conversations.features.files import storage as files
from conversations.features.files.tests.rows import attached, on_disk
from conversations.models import Attachment, Conversation
from conversations.tests.rows import say

pytestmark = pytest.mark.django_db


def test_a_deleted_conversation_takes_its_files_along(alice, conversation) -> None:
    attached(alice, message=say(conversation, "user", "Hi"))
    Conversation.objects.update(deleted_at=timezone.now() - timedelta(hours=1))
    purge_deleted_conversations()
    assert Attachment.objects.count() == 0
    assert on_disk() == []


def test_files_of_one_that_can_still_be_taken_back_stay(alice, conversation) -> None:
    attached(alice, message=say(conversation, "user", "Hi"))
    Conversation.objects.update(deleted_at=timezone.now())
    purge_deleted_conversations()
    assert len(on_disk()) == 2


def test_a_draft_that_nobody_sends_goes_after_a_day(alice, conversation) -> None:
    old, sent, young = attached(alice), attached(alice), attached(alice)
    Attachment.objects.filter(id=sent.id).update(
        message=say(conversation, "user", "Hi"), conversation=conversation
    )
    long_ago = timezone.now() - timedelta(days=2)
    Attachment.objects.exclude(id=young.id).update(created_at=long_ago)
    cleaning.remove_old_drafts()
    assert set(Attachment.objects.values_list("id", flat=True)) == {sent.id, young.id}
    assert old.public_id.hex not in on_disk()


def test_files_without_a_row_go_when_they_are_old(alice, monkeypatch) -> None:
    row, lost = attached(alice), attached(alice)
    Attachment.objects.filter(id=lost.id).delete()
    assert cleaning.remove_orphans() == 0
    monkeypatch.setattr(cleaning, "ORPHAN_SECONDS", -1.0)
    assert cleaning.remove_orphans() == 1
    assert on_disk() == [row.public_id.hex, f"{row.public_id.hex}.text"]


def test_a_stranger_in_the_folder_is_left_alone(alice, monkeypatch) -> None:
    row = attached(alice)
    stranger = files.path_of(row.public_id).with_name("notes of somebody")
    stranger.write_text("Mine")
    os.utime(stranger, (0, 0))
    assert row.public_id in set(files.stored_ids(time.time() + 1))
    monkeypatch.setattr(cleaning, "ORPHAN_SECONDS", -1.0)
    cleaning.remove_orphans()
    assert stranger.exists()
