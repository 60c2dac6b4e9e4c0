"""A PostgreSQL database is only read, whatever is asked. Needs a server at 127.0.0.1:5432 that
lets the role postgres in; where there is none, these are left out."""

import os
from collections.abc import Iterator

import pytest

from routing.data.asking import PostgresSource, ask, describe_postgres
from routing.data.errors import DataError, QueryRefused, SourceUnavailable, TookTooLong
from routing.data.types import Limits, Order

psycopg = pytest.importorskip("psycopg")
pytestmark = pytest.mark.process

SERVER = "127.0.0.1:5432"
# Other workers and other checkouts have theirs on the same server.
DATABASE = f"chatstudio_data_test_{os.getpid()}"
ROLE, PASSWORD = f"chatstudio_data_reader_{os.getpid()}", "reader"
SETUP = f"""
CREATE SCHEMA other;
CREATE TABLE sales (day date, region text, amount numeric(10,2));
INSERT INTO sales VALUES ('2024-01-01', 'north', 10.5), ('2024-01-02', 'south', 20);
CREATE TABLE other.hidden (x int);
CREATE SEQUENCE counter;
GRANT USAGE ON SEQUENCE counter TO {ROLE};
GRANT ALL ON sales TO {ROLE};
"""  # noqa: S608


def as_administrator(sql: str, database: str = "postgres") -> None:
    url = f"postgres://postgres@{SERVER}/{database}"
    with psycopg.connect(url, autocommit=True, connect_timeout=3) as connection:
        connection.execute(sql)


@pytest.fixture(scope="module")
def source() -> Iterator[PostgresSource]:
    try:
        as_administrator(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
    except psycopg.OperationalError:
        pytest.skip(f"No PostgreSQL at {SERVER}.")
    as_administrator(f"DROP ROLE IF EXISTS {ROLE}")
    as_administrator(f"CREATE ROLE {ROLE} LOGIN PASSWORD '{PASSWORD}'")
    as_administrator(f"CREATE DATABASE {DATABASE}")
    as_administrator(SETUP, DATABASE)
    yield PostgresSource(f"postgres://{ROLE}:{PASSWORD}@{SERVER}/{DATABASE}")
    as_administrator(f"DROP DATABASE {DATABASE} WITH (FORCE)")
    as_administrator(f"DROP ROLE {ROLE}")


async def test_a_select_is_answered(source) -> None:
    result = await ask(source, "SELECT region, amount FROM sales ORDER BY day;")
    assert result.rows == (("north", 10.5), ("south", 20.0))
    assert [column.kind for column in result.columns] == ["text", "number"]


async def test_it_is_sorted_by_a_column(source) -> None:
    result = await ask(source, "SELECT day FROM sales -- all", order=Order(0, descending=True))
    assert result.rows == (("2024-01-02",), ("2024-01-01",))


async def test_rows_are_capped(source) -> None:
    result = await ask(source, "SELECT generate_series(1, 100000)", Limits(rows=10))
    assert (len(result.rows), result.is_cut) == (10, True)


async def test_only_what_may_be_read_is_described(source) -> None:
    (table,) = await describe_postgres(source)
    assert table.name == "sales"
    assert [column.type for column in table.columns] == ["date", "text", "numeric(10,2)"]
    assert table.sample[0] == ("2024-01-01", "north", 10.5)


@pytest.mark.parametrize(
    "sql",
    [
        "",
        "SELECT 1; SELECT 2",
        "SELECT 1; DROP TABLE sales",
        "SELECT 1; COMMIT; DROP TABLE sales",
        "INSERT INTO sales VALUES (NULL, NULL, NULL)",
        "DELETE FROM sales",
        "UPDATE sales SET amount = 0",
        "TRUNCATE sales",
        "WITH x AS (DELETE FROM sales RETURNING *) SELECT * FROM x",
        "WITH x AS (INSERT INTO sales VALUES (NULL, NULL, NULL) RETURNING *) TABLE x",
        "SELECT * INTO copy FROM sales",
        "SELECT * FROM sales FOR UPDATE",
        "CREATE TEMP TABLE x AS SELECT 1",
        "COPY sales TO STDOUT",
        "COPY sales TO PROGRAM 'id'",
        "SET TRANSACTION READ WRITE",
        "SET default_transaction_read_only = off",
        "RESET ALL",
        "COMMIT",
        "DO $$ BEGIN DELETE FROM sales; END $$",
        "CALL x()",
        "EXPLAIN ANALYZE SELECT 1",
        "PREPARE p AS SELECT 1",
        "LISTEN x",
        "NOTIFY x",
        "SELECT set_config('transaction_read_only', 'off', false)",
        "SELECT nextval('counter')",
        "SELECT query_to_xml('DELETE FROM sales', true, true, '')",
        "SELECT lo_import('/etc/passwd')",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT pg_ls_dir('/')",
        "SELECT * FROM pg_authid",
        "SELECT * FROM other.hidden",
    ],
)
async def test_the_server_refuses(source, sql) -> None:
    with pytest.raises(DataError):
        await ask(source, sql)
    assert (await ask(source, "SELECT count(*), sum(amount) FROM sales")).rows == ((2, 30.5),)


async def test_a_query_without_end_is_interrupted(source) -> None:
    endless = "count(*) FROM generate_series(1, 100000000000)"
    with pytest.raises(TookTooLong):
        await ask(source, f"SELECT {endless}", Limits(seconds=1))
    unlimited = f"SELECT set_config('statement_timeout', '0', false), {endless}"
    with pytest.raises(TookTooLong):
        await ask(source, unlimited, Limits(seconds=1))


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT pg_sleep(1)",
        "SELECT pg_catalog.PG_SLEEP_FOR('1 s')",
        "SELECT pg_sleep_until(now() + interval '1 s')",
        'SELECT "pg_sleep" /* so */ (1)',
        "SELECT query_to_xml('SELECT pg_sleep(1)', true, true, '')",
        'SELECT U&"pg\\005fsleep"(1)',
    ],
)
async def test_nobody_sleeps_in_a_place_that_others_wait_for(source, sql) -> None:
    with pytest.raises(QueryRefused, match="only take time"):
        await ask(source, sql)


async def test_a_superuser_is_not_used(source) -> None:
    with pytest.raises(SourceUnavailable, match="may do more than read"):
        await ask(PostgresSource(f"postgres://postgres@{SERVER}/{DATABASE}"), "SELECT 1")


async def test_a_member_of_a_powerful_role_is_not_used(source) -> None:
    as_administrator(f"GRANT pg_read_server_files TO {ROLE}")
    try:
        with pytest.raises(SourceUnavailable, match="may do more than read"):
            await ask(source, "SELECT 1")
    finally:
        as_administrator(f"REVOKE pg_read_server_files FROM {ROLE}")


async def test_a_server_that_is_not_there_says_so_without_the_password() -> None:
    with pytest.raises(SourceUnavailable) as caught:
        await ask(PostgresSource("postgres://a:hunter2@127.0.0.1:9/x"), "SELECT 1")
    assert "cannot be reached" in str(caught.value)
    assert "hunter2" not in str(caught.value)
