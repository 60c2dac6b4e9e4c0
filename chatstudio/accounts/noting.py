"""Whoever changes what another person may do, or how they sign in, leaves an audit entry, through
whichever door: the doors say who acts, the rows what changes. It is noted before it is so."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_save, pre_delete, pre_save
from django.dispatch import receiver
from django.http import HttpRequest

from chatstudio.models import ApiKey, AuditEntry, Invitation, User

CONSOLE = "the server's console"
WATCHED = frozenset(
    {"username", "password", "is_active", "awaits_approval", "is_staff", "is_superuser"}
)
Action = AuditEntry.Action


@dataclass(frozen=True, slots=True)
class Actor:
    """Without a request it is somebody at the server's console."""

    request: HttpRequest | None

    @property
    def person(self) -> User | None:
        user = self.request.user if self.request else None
        return user if isinstance(user, User) else None

    @property
    def name(self) -> str:
        return self.person.username if self.person else CONSOLE

    def note(self, action: str, subject: str, detail: str = "") -> None:
        AuditEntry.objects.note(self.request, action, subject, detail)


_actor: ContextVar[Actor | None] = ContextVar("actor", default=None)


@contextmanager
def acting(request: HttpRequest | None) -> Iterator[None]:
    token = _actor.set(Actor(request))
    try:
        yield
    finally:
        _actor.reset(token)


@receiver(pre_save, sender=User)
def note_changes(instance: User, update_fields: Collection[str] | None, **kwargs: Any) -> None:
    if update_fields is not None and not WATCHED & set(update_fields):
        return
    actor, before = _actor.get(), User.objects.filter(pk=instance.pk).first()
    if actor is not None:
        if before and not _is_made(before) and before.username != instance.username:
            actor.note(Action.RENAMED, before.username, f"now {instance.username}")
        _note_password(actor, before, instance, update_fields)
        for action in _actions(before, instance):
            actor.note(action, instance.username)
    if before and before.is_active and not instance.is_active:
        revoke_keys(actor, instance)


def _actions(before: User | None, now: User) -> Iterator[str]:
    if is_made := _is_made(before):
        yield Action.ACCOUNT_MADE
    elif before and (before.is_active, before.awaits_approval) != (
        now.is_active,
        now.awaits_approval,
    ):
        yield Action.ACTIVATED if now.is_active else Action.DEACTIVATED
    was = before is not None and not is_made and before.is_staff and before.is_superuser
    if was != (now.is_staff and now.is_superuser):
        yield Action.ADMINISTRATOR_UNMADE if was else Action.ADMINISTRATOR_MADE
    elif (
        before
        and not is_made
        and (before.is_staff, before.is_superuser) != (now.is_staff, now.is_superuser)
    ):
        yield Action.RIGHTS_CHANGED


def _is_made(before: User | None) -> bool:
    """Also where the local person's row becomes the first account."""
    return before is None or (before.is_local and not before.has_usable_password())


def _note_password(
    actor: Actor, before: User | None, now: User, update_fields: Collection[str] | None
) -> None:
    """A hash that is made anew while somebody signs in leaves `_password` empty."""
    is_new = now._password is not None  # type: ignore[attr-defined]
    is_taken = before is not None and before.has_usable_password() != now.has_usable_password()
    is_own = actor.person is not None and actor.person.pk == now.pk
    is_first = actor.person is None and _is_made(before)  # an account of one's own
    if is_first or not (is_new or is_taken):
        return
    now.password_set_by = "" if is_own else actor.name
    if not is_own:
        actor.note(Action.PASSWORD_SET, now.username)
    if update_fields is not None:
        User.objects.filter(pk=now.pk).update(password_set_by=now.password_set_by)


def revoke_keys(actor: Actor | None, owner: User) -> int:
    """All of a person's, each with an entry of its own where somebody acts."""
    rows = list(ApiKey.objects.filter(owner=owner))
    for row in rows:
        if actor is not None:
            actor.note(Action.KEY_REVOKED, row.beginning, row.name)
        row.delete()
    return len(rows)


def revoke_keys_of(owner: User) -> int:
    """By whoever acts at the moment."""
    return revoke_keys(_actor.get(), owner)


@receiver(post_save, sender=Invitation)
def note_invitation(instance: Invitation, created: bool, **kwargs: Any) -> None:
    if created and (actor := _actor.get()):
        actor.note(Action.INVITED, str(instance), f"until {instance.expires_at:%Y-%m-%d %H:%M}")


@receiver(pre_delete, sender=Invitation)
def note_end_of_invitation(instance: Invitation, **kwargs: Any) -> None:
    if instance.used_at is None and (actor := _actor.get()):
        actor.note(Action.INVITATION_REVOKED, str(instance))


@receiver(m2m_changed, sender=User.groups.through)
@receiver(m2m_changed, sender=User.user_permissions.through)
@receiver(m2m_changed, sender=Group.permissions.through)
def note_rights(
    instance: Model, action: str, model: type[Model], pk_set: set[Any] | None, **kwargs: Any
) -> None:
    actor = _actor.get()
    if actor is None or action not in ("pre_add", "pre_remove", "pre_clear") or pk_set == set():
        return
    changed = model._default_manager.filter(pk__in=pk_set or ())
    if isinstance(instance, User) and model is Permission:
        codes = [one.codename for one in changed if isinstance(one, Permission)]
        if codes == ["view_content"]:
            given = action == "pre_add"
            actor.note(Action.RIGHT_GIVEN if given else Action.RIGHT_TAKEN, str(instance))
            return
    names = ", ".join(map(str, changed)) or "all"
    actor.note(Action.RIGHTS_CHANGED, str(instance), f"{action.removeprefix('pre_')}: {names}")
