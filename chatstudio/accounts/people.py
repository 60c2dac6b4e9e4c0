"""What administrators do to accounts. An account is deactivated, never deleted: what a person
wrote stays theirs. The one right that being an administrator does not imply is to read it."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest

from chatstudio.accounts import open_sockets
from chatstudio.models import AuditEntry, User
from conversations.showing.content_room import has_right


def activate(people: QuerySet[User]) -> int:
    """Approves who asked for an account, and lets back in who was deactivated."""
    return people.update(is_active=True, awaits_approval=False)


def deactivate(people: QuerySet[User], by: User) -> int:
    """Their sessions and open pages end at once. Nobody deactivates themselves."""
    changed = people.exclude(pk=by.pk).update(is_active=False, awaits_approval=False)
    open_sockets.look_now()
    return changed


def set_may_read_content(request: HttpRequest, person: User, wanted: bool) -> None:
    """Noted where it changes something, also when administrators give it to themselves."""
    if wanted == has_right(person):
        return
    permission = Permission.objects.get(
        codename="view_content", content_type__app_label="conversations"
    )
    (person.user_permissions.add if wanted else person.user_permissions.remove)(permission)
    action = AuditEntry.Action.RIGHT_GIVEN if wanted else AuditEntry.Action.RIGHT_TAKEN
    AuditEntry.objects.note(request, action, subject=person.username)
