from typing import Any

from django.contrib.auth.management.commands import changepassword

from chatstudio.accounts.noting import acting


class Command(changepassword.Command):
    """Django's own, noted."""

    def handle(self, *args: Any, **options: Any) -> str | None:
        with acting(None):
            return super().handle(*args, **options)
