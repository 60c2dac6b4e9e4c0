import pytest
from django.db import IntegrityError, transaction

from conversations.features.files import storage as files
from conversations.features.files.rows import AttachmentGone, claim, copy, remove
from conversations.features.files.tests.rows import attached
from conversations.models import Attachment
from conversations.tests.rows import say

pytestmark = pytest.mark.django_db


def test_a_draft_can_be_claimed_once(alice, conversation) -> None:
    row, question = attached(alice), say(conversation, "user", "Hi")
    claim(question, [row.public_id])
    assert question.files == [row]
    with pytest.raises(AttachmentGone):
        claim(question, [row.public_id])


def test_a_copy_has_its_own_file_and_the_same_bytes(alice, conversation) -> None:
    first, second = say(conversation, "user", "Hi"), say(conversation, "user", "Ho")
    row = attached(alice, "Words", first)
    copy(first, second)
    (other,) = second.files
    assert other.public_id != row.public_id
    assert files.path_of(other.public_id).read_text() == "Words"
    assert first.files == [row]


def test_a_draft_that_was_sent_meanwhile_is_not_removed(alice, conversation) -> None:
    row, question = attached(alice), say(conversation, "user", "Hi")
    claim(question, [row.public_id])
    remove(row)
    assert question.files == [row]
    assert files.path_of(row.public_id).exists()


def test_where_hard_links_are_not_to_be_had_bytes_are_copied(alice, monkeypatch) -> None:
    def refuses(*paths: object) -> None:
        raise OSError

    row, target = attached(alice, "Words"), attached(alice)
    files.remove(target.public_id)
    monkeypatch.setattr(files.os, "link", refuses)
    files.copy(row.public_id, target.public_id)
    assert files.path_of(target.public_id).read_text() == "Words"


def test_what_was_sent_has_a_conversation(alice, conversation) -> None:
    row, message = attached(alice), say(conversation, "user", "Hi")
    with pytest.raises(IntegrityError), transaction.atomic():
        Attachment.objects.filter(id=row.id).update(message=message, conversation=None)


def test_it_goes_with_its_message(alice, conversation) -> None:
    attached(alice, message=say(conversation, "user", "Hi"))
    conversation.delete()
    assert Attachment.objects.count() == 0
