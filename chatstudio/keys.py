"""API keys: made, found again, revoked. A key is 256 random bits, so a plain hash keeps it."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from chatstudio.base.quick_rows import KeptQuery
from chatstudio.base.text import encode_text
from chatstudio.models import ApiKey, AuditEntry, User

PREFIX = "cs-"
SHOWN = 8
EXACT_TO = timedelta(minutes=1)
MOST = 50


class TooManyKeys(Exception):
    """The text says what to do."""


@transaction.atomic
def make(
    owner: User,
    name: str,
    scopes: Collection[str],
    days: int | None = None,
    turns_at_once: int | None = None,
    turns_per_minute: int | None = None,
) -> tuple[ApiKey, str]:
    """The row, and the key itself, which nobody can show again. Of requests at the same moment
    none slips past the limit: each waits for its owner's row."""
    User.objects.select_for_update(no_key=True).filter(pk=owner.pk).first()
    if ApiKey.objects.filter(owner=owner).count() >= MOST:
        raise TooManyKeys(f"There are {MOST} keys already. Revoke one first.")
    key = PREFIX + secrets.token_urlsafe(32)
    row = ApiKey.objects.create(
        owner=owner,
        name=name,
        beginning=key[: len(PREFIX) + SHOWN],
        key_hash=hash_key(key),
        may_read="read" in scopes,
        may_chat="chat" in scopes,
        may_manage="manage" in scopes,
        turns_at_once=turns_at_once,
        turns_per_minute=turns_per_minute,
        expires_at=timezone.now() + timedelta(days=days) if days else None,
    )
    return row, key


def hash_key(key: str) -> str:
    return hashlib.sha256(encode_text(key)).hexdigest()


def usable(at: datetime | None = None) -> QuerySet[ApiKey]:
    alive = Q(expires_at=None) | Q(expires_at__gt=at or timezone.now())
    return ApiKey.objects.filter(alive, owner__is_active=True)


_usable = KeptQuery(
    lambda hashed, now: usable(now).select_related("owner").filter(key_hash=hashed), str, datetime
)


def find(key: str) -> ApiKey | None:
    """The row of a key that may be used, noted as used."""
    now = timezone.now()
    row = _usable.first(hash_key(key), now)
    if row is None:
        return None
    if row.last_used_at is None or now - row.last_used_at >= EXACT_TO:
        ApiKey.objects.filter(pk=row.pk).update(last_used_at=now)
    return row


@transaction.atomic
def revoke(request: HttpRequest, row: ApiKey) -> None:
    """The next request that comes with it is refused."""
    row.delete()
    action = AuditEntry.Action.KEY_REVOKED
    AuditEntry.objects.note(request, action, row.beginning, row.name)
