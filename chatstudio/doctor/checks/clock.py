"""Times in rows come from both clocks, and heartbeats are compared by the database's."""

from collections.abc import Iterator
from datetime import UTC, datetime

from django.db import connection

from chatstudio.base.words import count_of
from chatstudio.doctor.checks import database
from chatstudio.doctor.findings import Finding, ok, warning

TOLERATED_SECONDS = 5.0


def examine() -> Iterator[Finding]:
    if not database.is_there():
        return
    apart = abs((database_time() - datetime.now(UTC)).total_seconds())
    if apart > TOLERATED_SECONDS:
        seconds = count_of(round(apart), "second")
        yield warning(
            f"The database's clock and this machine's are {seconds} apart.",
            "Let both set their time by NTP.",
        )
    else:
        yield ok("The database's clock and this machine's agree.")


def database_time() -> datetime:
    sql = "SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')"
    with connection.cursor() as cursor:
        cursor.execute(sql if connection.vendor == "sqlite" else "SELECT now()")
        told = cursor.fetchone()[0]
    moment = datetime.fromisoformat(told) if isinstance(told, str) else told
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
