"""Links that let one person each make an account."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from chatstudio.accounts.attempts import digest
from chatstudio.models import Invitation, User


class AlreadyUsed(Exception):
    """Somebody else was quicker, or it has expired or been revoked since."""


def are_accepted() -> bool:
    return settings.SIGN_UP != "closed"


def make(by: User, note: str, days: int) -> tuple[Invitation, str]:
    """The row, and the token, which is nowhere else."""
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        created_by=by,
        note=note,
        token_hash=digest(token),
        expires_at=timezone.now() + timedelta(days=days),
    )
    return invitation, token


def open_invitations() -> QuerySet[Invitation]:
    return Invitation.objects.filter(used_at__isnull=True, expires_at__gt=timezone.now())


def by_token(token: str) -> Invitation | None:
    if not token or not are_accepted():
        return None
    return open_invitations().filter(token_hash=digest(token)).first()


def use(invitation: Invitation, person: User) -> None:
    """Within the transaction that makes the person; raises AlreadyUsed."""
    used = open_invitations().filter(pk=invitation.pk)
    if not used.update(used_by=person, used_at=timezone.now()):
        raise AlreadyUsed
