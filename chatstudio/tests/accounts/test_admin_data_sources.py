"""Data sources in the administration: facts, and removing them. Alice's file, Carol's rooms."""

import pytest
from django.test import Client

from chatstudio.models import User
from conversations.models import DataSource
from conversations.tests.rows import source_of

pytestmark = pytest.mark.django_db

ROOM = "/admin/conversations/datasource"
NAME = "who earns what"


@pytest.fixture
def browser(carol: User, signed_in) -> Client:
    return signed_in(carol)


@pytest.fixture
def source(alice: User) -> DataSource:
    made = source_of(alice, NAME)
    made.folder.mkdir(parents=True)
    (made.folder / "data.duckdb").write_bytes(b"x")
    return made


def test_neither_its_name_nor_what_is_in_it_is_shown(source, browser) -> None:
    facts = {"error": f"{NAME}: line 7", "tables": [{"name": NAME}]}
    DataSource.objects.filter(pk=source.pk).update(**facts)
    for door in ("", f"{source.pk}/change/", f"{source.pk}/delete/", f"{source.pk}/history/"):
        told = browser.get(f"{ROOM}/{door}")
        assert told.status_code == 200
        assert NAME not in told.text


def test_it_is_found_by_its_id_or_its_person(source, bob, browser) -> None:
    his = source_of(bob)
    for word in (str(source.public_id), "alice"):
        told = browser.get(f"{ROOM}/", {"q": word}).text
        assert (str(source.public_id) in told, str(his.public_id) in told) == (True, False)


@pytest.mark.parametrize("query", ["?kind=csv", "?status=ready"])
def test_it_is_found_by_a_filter(source, browser, query) -> None:
    assert str(source.public_id) in browser.get(f"{ROOM}/{query}").text


def test_removing_it_removes_its_files(source, browser) -> None:
    answer = browser.post(f"{ROOM}/{source.pk}/delete/", {"post": "yes"}, follow=True)
    assert "was deleted successfully" in answer.text
    assert NAME not in answer.text
    assert not DataSource.objects.exists()
    assert not source.folder.exists()


def test_it_cannot_be_changed(source, browser) -> None:
    answer = browser.post(f"{ROOM}/{source.pk}/change/", {"kind": "json"})
    assert answer.status_code == 403
