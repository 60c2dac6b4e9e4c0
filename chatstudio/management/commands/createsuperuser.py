from typing import Any

from django.contrib.auth.management.commands import createsuperuser

from chatstudio.accounts.noting import acting


class Command(createsuperuser.Command):
    """Django's own, noted."""

    def handle(self, *args: Any, **options: Any) -> str | None:
        with acting(None):
            return super().handle(*args, **options)
