"""Primary keys before their rows, so that a message can name its parent in the same statement."""

from django.db import connection, models


def reserve(model: type[models.Model], count: int) -> int:
    """The first of `count` keys that follow each other and are nobody else's. Within a transaction:
    SQLite has one writer at a time, PostgreSQL's sequence is asked for all of them under a lock."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            row = cursor.fetchone()
            return int(row[0]) + 1 if row else 1
        # The lock makes the keys follow each other, though others write messages meanwhile.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"keys of {table}"])
        cursor.execute(
            "SELECT setval(s, nextval(s) + %s) FROM (SELECT pg_get_serial_sequence(%s, 'id') AS s)"
            " AS sequence",
            [count, table],
        )
        return int(cursor.fetchone()[0]) - count
