"""What administrators do to accounts. An account is deactivated, never deleted: what a person
wrote stays theirs. The one right that being an administrator does not imply is to read it."""

from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from chatstudio.accounts import open_sockets
from chatstudio.accounts.noting import acting
from chatstudio.models import User
from conversations.showing.content_room import has_right


def activate(people: QuerySet[User]) -> int:
    """Approves who asked for an account, and lets back in who was deactivated."""
    return _set_active(people, True)


def deactivate(people: QuerySet[User], by: User) -> int:
    """Their sessions and open pages end at once, and their API keys are revoked. Nobody
    deactivates themselves."""
    changed = _set_active(people.exclude(pk=by.pk), False)
    open_sockets.look_now()
    return changed


@transaction.atomic
def _set_active(people: QuerySet[User], wanted: bool) -> int:
    """One by one, as each is noted."""
    found = list(people)
    for person in found:
        person.is_active, person.awaits_approval = wanted, False
        person.save(update_fields=["is_active", "awaits_approval"])
    return len(found)


def set_may_read_content(request: HttpRequest, person: User, wanted: bool) -> None:
    """Noted where it changes something, also when administrators give it to themselves."""
    if wanted == has_right(person):
        return
    permission = Permission.objects.get(
        codename="view_content", content_type__app_label="conversations"
    )
    with acting(request):
        (person.user_permissions.add if wanted else person.user_permissions.remove)(permission)
