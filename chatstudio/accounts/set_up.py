"""The first account. Whoever makes it is the administrator, so the page wants a code that only
the person at the server's console can see.

The code is derived from the secret key and the moment this database was made: every process knows
it, nothing is stored, and another database has another one. With the first account it is void.
"""

import base64

from django.db.migrations.recorder import MigrationRecorder
from django.utils.crypto import constant_time_compare, salted_hmac

from chatstudio.models import User


def is_needed() -> bool:
    return not User.objects.with_password().exists()


def code() -> str:
    """Twelve letters and digits, 60 bits, in groups of four."""
    first = MigrationRecorder.Migration.objects.order_by("applied", "id").first()
    moment = first.applied.isoformat() if first else ""
    digest = salted_hmac("chatstudio.set_up", moment, algorithm="sha256").digest()
    text = base64.b32encode(digest).decode()[:12]
    return "-".join(text[start : start + 4] for start in (0, 4, 8))


def is_code(typed: str) -> bool:
    return constant_time_compare(plain(typed), plain(code()))


def plain(typed: str) -> str:
    return "".join(letter for letter in typed.upper() if letter.isalnum())
