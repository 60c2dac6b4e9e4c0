from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError, connection

from chatstudio.doctor.findings import Finding, failure, ok

WHERE = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def examine() -> Iterator[Finding]:
    name = WHERE.get(connection.vendor, connection.vendor)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, OSError) as error:
        said = " ".join(str(error).split()).rstrip(".?")
        yield failure(f"{name} cannot be opened: {said}.", _step())
    else:
        yield ok(f"{name} answers.")


def _step() -> str:
    if connection.vendor == "sqlite":
        return f"See that {settings.DATABASES['default']['NAME']} can be read and written."
    return "Start the database server, and look at DATABASE_URL: host, port, name and password."


def is_there() -> bool:
    """For examinations that need one: what is wrong has been said by then."""
    try:
        connection.ensure_connection()
    except (DatabaseError, OSError):
        return False
    return True
