"""The one right that being an administrator does not imply: to read what people wrote."""

from django.contrib.auth.models import Permission
from django.http import HttpRequest

from chatstudio.models import AuditEntry, User
from conversations.showing.content_room import has_right

Action = AuditEntry.Action


def may_read_content(person: User) -> bool:
    return has_right(person)


def set_may_read_content(request: HttpRequest, person: User, wanted: bool) -> None:
    """Noted where it changes something, also when administrators give it to themselves."""
    if wanted == may_read_content(person):
        return
    permission = Permission.objects.get(
        codename="view_content", content_type__app_label="conversations"
    )
    (person.user_permissions.add if wanted else person.user_permissions.remove)(permission)
    action = Action.RIGHT_GIVEN if wanted else Action.RIGHT_TAKEN
    AuditEntry.objects.note(request, action, subject=person.username)
