"""What administrators do to accounts. An account is deactivated, never deleted: what a person
wrote stays theirs."""

from django.db.models import QuerySet

from chatstudio.accounts import open_sockets
from chatstudio.models import User


def activate(people: QuerySet[User]) -> int:
    """Approves who asked for an account, and lets back in who was deactivated."""
    return people.update(is_active=True, awaits_approval=False)


def deactivate(people: QuerySet[User], by: User) -> int:
    """Their sessions and open pages end at once. Nobody deactivates themselves."""
    changed = people.exclude(pk=by.pk).update(is_active=False, awaits_approval=False)
    open_sockets.look_now()
    return changed
