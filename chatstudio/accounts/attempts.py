"""Slows down guessing, across processes: each failure is a row's count, and makes waits longer.

Two counts decide: one for a name from an address, one for the address alone. There is none for a
name alone, so nobody can lock others out by guessing at their name from elsewhere.

An attempt counts as failed before the password is looked at, and is given back when it was
right; so many guesses at the same moment do not slip through together.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from chatstudio.models import SignInAttempt

FREE_FOR_NAME = 5
FREE_FOR_ADDRESS = 30
LONGEST = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to sign in as `name` from `address`."""

    name: str
    address: str

    def begin(self) -> int:
        """How many seconds to wait first; at 0 the attempt is counted and may go on."""
        with transaction.atomic():
            rows = [self._row(key) for key, _ in self._limits()]
            now = timezone.now()  # once the rows are locked: no other attempt is later
            wait = max((row.blocked_until - now).total_seconds() for row in rows)
            if wait > 0:
                return int(wait) + 1
            for row, (_, free) in zip(rows, self._limits(), strict=True):
                row.failures += 1
                row.last_at, row.blocked_until = now, now + pause(row.failures - free)
                row.save()
        return 0

    def succeed(self) -> None:
        """The name's count starts anew; the address only gets this attempt back, or else a guesser
        with an account could guess at others for ever."""
        (name, _), (address, _) = self._limits()
        now = timezone.now()
        SignInAttempt.objects.filter(key=name).delete()
        SignInAttempt.objects.filter(key=address, failures__gt=0).update(
            failures=F("failures") - 1, blocked_until=now
        )
        SignInAttempt.objects.filter(last_at__lt=now - FORGOTTEN_AFTER).delete()

    def _limits(self) -> list[tuple[str, int]]:
        name = self.name.strip().casefold()
        return [
            (digest(f"name {name} from {self.address}"), FREE_FOR_NAME),
            (digest(f"address {self.address}"), FREE_FOR_ADDRESS),
        ]

    def _row(self, key: str) -> SignInAttempt:
        now = timezone.now()
        row, _ = SignInAttempt.objects.select_for_update().get_or_create(
            key=key, defaults={"last_at": now, "blocked_until": now}
        )
        if row.last_at < now - FORGOTTEN_AFTER:
            row.failures = 0
        return row


def pause(failures_beyond: int) -> timedelta:
    """Nothing while attempts are free, then 1, 2, 4 … seconds."""
    if failures_beyond < 0:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(failures_beyond, 20)), LONGEST)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
