"""Whose conversations a command means."""

from django.core.management.base import CommandError

from chatstudio.models import User


def person_named(name: str | None) -> User:
    """Without a name the person at this machine."""
    if not name:
        return User.objects.local_person()
    found = User.objects.filter(username=name).first()
    if found is None:
        raise CommandError(f"There is nobody named {name!r} here.")
    return found
