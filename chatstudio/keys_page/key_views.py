"""A key as its owner sees it, in words."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.timesince import timesince

from chatstudio.base.words import count_of
from chatstudio.keys import EXACT_TO
from chatstudio.keys_page.forms import SCOPES
from chatstudio.models import ApiKey


@dataclass(frozen=True, slots=True)
class KeyView:
    row: ApiKey
    scopes: list[str]
    limits: str
    is_expired: bool
    used: str


def key_view(row: ApiKey) -> KeyView:
    now = timezone.now()
    return KeyView(
        row=row,
        scopes=[SCOPES[scope][0].lower() for scope in row.scopes],
        limits=_limits(row),
        is_expired=row.expires_at is not None and row.expires_at <= now,
        used=_describe_last_use(row.last_used_at, now),
    )


def _limits(row: ApiKey) -> str:
    limits = []
    if row.turns_at_once:
        limits.append(f"at most {count_of(row.turns_at_once, 'answer')} at once")
    if row.turns_per_minute:
        limits.append(f"at most {count_of(row.turns_per_minute, 'answer')} a minute")
    return ", ".join(limits)


def _describe_last_use(at: datetime | None, now: datetime) -> str:
    """What is kept is exact to a minute."""
    if at is None:
        return "not used yet"
    if now - at < 2 * EXACT_TO:
        return "used just now"
    return f"last used {timesince(at, now, depth=1)} ago"
