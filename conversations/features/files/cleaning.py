"""What goes by itself: drafts that nobody sent, and files whose row has gone."""

import time
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from conversations.features.files import storage as files
from conversations.features.files.rows import remove
from conversations.models import Attachment, Conversation

DRAFT_TIME = timedelta(days=1)
ORPHAN_SECONDS = 24 * 3600.0
AT_ONCE = 500


def remove_old_drafts() -> None:
    old = timezone.now() - DRAFT_TIME
    for draft in Attachment.objects.filter(message=None, created_at__lt=old):
        remove(draft)


def keys_in(conversations: QuerySet[Conversation]) -> list[UUID]:
    rows = Attachment.objects.filter(conversation__in=conversations)
    return list(rows.values_list("public_id", flat=True))


def remove_gone(keys: Sequence[UUID]) -> int:
    """Removes the files of those that have no row any more."""
    gone = 0
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        known = Attachment.objects.filter(public_id__in=some).values_list("public_id", flat=True)
        for key in set(some) - set(known):
            files.remove(key)
            gone += 1
    return gone


def remove_orphans() -> int:
    """Files that no row names, as after a crash between the two, or after an account was deleted.
    Young ones may just be on their way."""
    return remove_gone(sorted(set(files.stored_ids(time.time() - ORPHAN_SECONDS))))


def tidy() -> None:
    remove_old_drafts()
    remove_orphans()
