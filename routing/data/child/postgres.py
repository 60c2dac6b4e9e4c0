"""A PostgreSQL connection that can only read.

The transaction is read-only by the server. A query goes in as the body of DECLARE CURSOR, where
the server's grammar allows nothing but one SELECT or VALUES, and refuses WITH that changes data.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg.rows import TupleRow

from routing.data.errors import SourceUnavailable

CONNECT_SECONDS = 5

# A role that can do more than read rows could reach the server's files and programs with a SELECT.
TOO_POWERFUL = """
SELECT rolname FROM pg_roles WHERE rolname = current_user AND (
  rolsuper OR rolreplication OR rolcreaterole OR rolcreatedb
  OR pg_has_role(current_user, 'pg_read_server_files', 'MEMBER')
  OR pg_has_role(current_user, 'pg_write_server_files', 'MEMBER')
  OR pg_has_role(current_user, 'pg_execute_server_program', 'MEMBER'))
"""


@contextmanager
def read_only(url: str, seconds: float) -> Iterator[psycopg.Connection[TupleRow]]:
    """Inside of one read-only transaction, which is rolled back."""
    connection = _connect(url)
    try:
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        milliseconds = str(int(seconds * 1000))
        with connection.transaction(force_rollback=True):
            for name in ("statement_timeout", "idle_in_transaction_session_timeout"):
                connection.execute("SELECT set_config(%s, %s, false)", [name, milliseconds])
            _refuse_power(connection)
            yield connection
    finally:
        connection.close()


def _connect(url: str) -> psycopg.Connection[TupleRow]:
    try:
        return psycopg.connect(url, connect_timeout=CONNECT_SECONDS, application_name="chat-studio")
    except psycopg.Error as error:
        said = str(error).strip().splitlines()
        raise SourceUnavailable(
            f"The database cannot be reached: {said[-1] if said else 'no reason given'}"
        ) from None


def _refuse_power(connection: psycopg.Connection[TupleRow]) -> None:
    row = connection.execute(TOO_POWERFUL).fetchone()
    if row is not None:
        raise SourceUnavailable(
            f"The role {row[0]} may do more than read, so it is not used here. Make one that may "
            "only SELECT, and name it in DATA_POSTGRES_URLS."
        )
