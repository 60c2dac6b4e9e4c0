"""Connections that are used again."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import OperationalError, connection, connections

from chatstudio.base.sqlite import idle
from chatstudio.base.sqlite.base import DatabaseWrapper


@pytest.fixture
def database(db, tmp_path: Path) -> Iterator[Callable[[], DatabaseWrapper]]:
    """Makes wrappers of one file, as threads have them."""
    if connection.vendor != "sqlite":
        pytest.skip("of SQLite alone")
    wanted = {**connection.settings_dict, "NAME": str(tmp_path / "some.sqlite3")}
    made: list[DatabaseWrapper] = []

    def wrapper() -> DatabaseWrapper:
        made.append(DatabaseWrapper(wanted, alias="some"))
        return made[-1]

    first = wrapper()
    run(first, "CREATE TABLE word (word text)")
    first.close()
    yield wrapper
    for one in made:
        one.inc_thread_sharing()
        one.close()
    for connection_left in idle._idle.pop(idle.place(wanted["NAME"]), []):
        connection_left.close()


def run(wrapper: DatabaseWrapper, sql: str) -> list[tuple[object, ...]]:
    with wrapper.cursor() as cursor:
        return list(cursor.execute(sql).fetchall())


def raw(wrapper: DatabaseWrapper) -> sqlite3.Connection:
    wrapper.ensure_connection()
    assert wrapper.connection is not None
    return wrapper.connection


def test_it_is_the_engine() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("of SQLite alone")
    assert settings.DATABASES["default"]["ENGINE"] == "chatstudio.base.sqlite"
    assert isinstance(connections["default"], DatabaseWrapper)


def test_the_next_thread_takes_it_over(database) -> None:
    seen = []

    def work() -> None:
        one = database()
        seen.append(raw(one))
        run(one, "INSERT INTO word VALUES ('hello')")
        one.close()

    for _ in range(2):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert seen[0] is seen[1]
    assert run(database(), "SELECT count(*) FROM word") == [(2,)]


def test_two_at_once_have_one_each(database) -> None:
    assert raw(database()) is not raw(database())


def test_what_was_not_committed_is_gone(database) -> None:
    first = database()
    first.set_autocommit(False)
    run(first, "INSERT INTO word VALUES ('half')")
    was = raw(first)
    first.close()
    second = database()
    assert raw(second) is was
    assert not was.in_transaction
    assert second.get_autocommit()
    assert run(second, "SELECT * FROM word") == []


def test_one_closed_in_a_transaction_is_closed(database) -> None:
    first = database()
    was = raw(first)
    first.in_atomic_block = True
    first.close()
    first.in_atomic_block, first.connection = False, None
    with pytest.raises(sqlite3.ProgrammingError):
        was.execute("SELECT 1")


def fails(wrapper: DatabaseWrapper) -> None:
    with pytest.raises(OperationalError):
        run(wrapper, "SELECT nothing FROM nowhere")


def at_the_end_of_a_request(wrapper: DatabaseWrapper) -> None:
    fails(wrapper)
    wrapper.close_if_unusable_or_obsolete()


def after_a_transaction(wrapper: DatabaseWrapper) -> None:
    wrapper.set_autocommit(False)
    fails(wrapper)
    wrapper.rollback()
    wrapper.close()


def by_hand(wrapper: DatabaseWrapper) -> None:
    fails(wrapper)
    wrapper.close()


@pytest.mark.parametrize("end", [by_hand, at_the_end_of_a_request, after_a_transaction])
def test_one_that_failed_is_closed(database, end) -> None:
    first = database()
    was = raw(first)
    end(first)
    assert first.connection is None
    assert raw(database()) is not was


def test_foreign_keys_are_on_again(database) -> None:
    first = database()
    was = raw(first)
    run(first, "PRAGMA foreign_keys = OFF")
    first.close()
    second = database()
    assert raw(second) is was
    assert run(second, "PRAGMA foreign_keys") == [(1,)]


def test_a_result_half_read_does_not_hold_the_next_one(database) -> None:
    first = database()
    run(first, "INSERT INTO word VALUES ('a'), ('b'), ('c')")
    half_read = first.cursor()
    half_read.execute("SELECT word FROM word")
    half_read.fetchone()
    first.close()
    second, third = database(), database()
    raw(second)
    run(third, "INSERT INTO word VALUES ('d')")
    assert run(second, "SELECT count(*) FROM word") == [(4,)]


def test_no_more_are_kept_than_some(database) -> None:
    many = [database() for _ in range(idle.MOST + 2)]
    for one in many:
        raw(one)
    for one in many:
        one.close()
    assert len(idle._idle[idle.place(many[0].settings_dict["NAME"])]) == idle.MOST


def test_a_file_put_in_its_stead_is_another(database, tmp_path) -> None:
    first = database()
    was = raw(first)
    first.close()
    (tmp_path / "some.sqlite3").rename(tmp_path / "old.sqlite3")
    sqlite3.connect(tmp_path / "some.sqlite3").close()
    (tmp_path / "some.sqlite3").touch()
    assert raw(database()) is not was


def test_the_index_is_spoken_to_by_each(db) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("of SQLite alone")
    with connection.cursor() as cursor:
        assert cursor.execute("SELECT search_foldable('Café')").fetchone() == ("cafe",)
