"""Every HTTP door × {owner, another person, administrator, signed out, deactivated} × every method.

The doors come from the URL patterns; `doors.py` says whose each one is.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from django.utils import timezone

from chatstudio.models import User
from chatstudio.tests.accounts import doors
from chatstudio.tests.accounts.conftest import SECRET
from chatstudio.tests.accounts.doors import METHODS, NESTED, Door, For, every_door
from conftest import HERE
from conversations.tests.rows import conversation_of, everything, say

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
PUBLIC = ("/sign-in/", "/health")
ANY_METHOD = (*METHODS, "PATCH", "TRACE")


def ask(client: Client, door: Door, method: str, keys: dict[str, str], **headers: str):
    data = {name: value.format(**keys) for name, value in door.data.items()}
    url = door.path.format(**keys)
    if method == "POST":
        return client.post(url, data, headers=headers)
    return client.generic(method, url, headers=headers)


def text_of(answer: HttpResponse) -> str:
    """Also of one that is sent piece by piece."""
    return b"".join(answer).decode() if answer.streaming else answer.text


@contextmanager
def taken_back() -> Iterator[None]:
    """So that one door's work does not change what the next one finds."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def answers_of(
    client: Callable[[], Client], keys: dict[str, str], **headers: str
) -> Iterator[tuple[str, Door, str, HttpResponse]]:
    """Every door with every method."""
    for name, door in every_door().items():
        for method in METHODS:
            with taken_back():
                yield name, door, method, ask(client(), door, method, keys, **headers)


def test_the_owner_gets_what_the_table_says(alice, keys, signed_in) -> None:
    wrong = []
    for name, door in every_door().items():
        for method, status in door.answers.items():
            with taken_back():
                given = ask(signed_in(alice), door, method, keys).status_code
            expected = 404 if door.whose is For.ADMINISTRATORS else status
            if given != expected:
                wrong.append((name, method, given))
    assert wrong == []


def test_other_methods_are_refused_and_change_nothing(alice, keys, signed_in) -> None:
    before, wrong = everything(), []
    browser = signed_in(alice)
    for name, door in every_door().items():
        ours = not name.startswith("admin/") and name != "" and door.answers
        allowed = set(door.answers) | ({"HEAD"} if "GET" in door.answers else set())
        for method in set(ANY_METHOD) - allowed if ours else ():
            given = ask(browser_of(browser), door, method, keys).status_code
            if given != (404 if door.whose is For.ADMINISTRATORS else 405):
                wrong.append((name, method, given))
    assert wrong == []
    assert everything() == before


def test_no_get_changes_anything(alice, keys, signed_in) -> None:
    before = everything()
    browser = signed_in(alice)
    for door in every_door().values():
        ask(browser_of(browser), door, "GET", keys)
    assert everything() == before


def test_another_person_finds_nothing_of_hers(bob, keys, signed_in) -> None:
    before, wrong = everything(), []
    browser = signed_in(bob)
    for name, door, method, answer in answers_of(lambda: browser_of(browser), keys):
        is_closed = door.whose in (For.OWNER, For.ADMINISTRATORS)
        allowed = (404, 405) if is_closed else range(200, 500)
        if answer.status_code not in allowed or SECRET in text_of(answer):
            wrong.append((name, method, answer.status_code))
    assert wrong == []
    assert everything() == before


def test_an_administrator_is_another_person_too(carol, keys, signed_in) -> None:
    wrong, browser = [], signed_in(carol)
    for name, door, method, answer in answers_of(lambda: browser_of(browser), keys):
        if door.whose is For.OWNER and answer.status_code not in (404, 405):
            wrong.append((name, method, answer.status_code))
        if door.whose is For.ADMINISTRATORS and method in door.answers:
            expected = (
                door.answers[method],
                302,
                403,
            )  # of the admin's doors some forbid or lead on
            if answer.status_code not in expected:
                wrong.append((name, method, answer.status_code))
    assert wrong == []


def test_the_administration_shows_nothing_of_what_others_wrote(carol, keys, signed_in) -> None:
    browser, shown = signed_in(carol), []
    for name, _, method, answer in answers_of(lambda: browser_of(browser), keys):
        is_carols_own = "/invitation/" in name
        is_a_label = "/apikey/" in name  # of a program, which administrators may have to stop
        if not name.startswith("admin/") or is_carols_own or is_a_label:
            continue
        if SECRET in answer.text:
            shown.append((name, method))
    assert shown == []


def browser_of(signed_in: Client) -> Client:
    """The same cookies anew: the door before may have signed out."""
    client = Client(**HERE)
    client.cookies["chatstudio_session"] = signed_in.cookies["chatstudio_session"].value
    return client


STATES = ("signed out", "deactivated", "session made up", "session expired")


@pytest.fixture
def outsider(request, alice, keys, signed_in) -> Client:
    """Alice's browser, when she is no longer signed in."""
    from django.contrib.sessions.models import Session

    client = signed_in(alice)
    if request.param == "signed out":
        client = Client(**HERE)
        client.cookies["chatstudio_session"] = ""
    if request.param == "deactivated":
        User.objects.filter(pk=alice.pk).update(is_active=False)
    if request.param == "session made up":
        client.cookies["chatstudio_session"] = "x" * 32
    if request.param == "session expired":
        Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    return client


@pytest.mark.parametrize(
    ("outsider", "htmx"),
    [*((state, False) for state in STATES), ("signed out", True)],
    indirect=["outsider"],
)
def test_who_is_not_signed_in_is_led_to_the_sign_in_page(outsider, keys, htmx) -> None:
    before, wrong = everything(), []
    headers = HTMX if htmx else {}
    for name, door, method, answer in answers_of(lambda: browser_of(outsider), keys, **headers):
        if SECRET in text_of(answer) or not is_fine(door, answer, htmx):
            wrong.append((name, method, answer.status_code))
    assert wrong == []
    assert everything() == before


def is_fine(door: Door, answer: HttpResponse, htmx: bool) -> bool:
    if door.whose is For.EVERYBODY or door.path.startswith("/admin/login/"):
        return answer.status_code < 500
    if htmx:
        return answer.status_code == 401 and answer["HX-Redirect"].startswith("/sign-in/")
    return answer.status_code == 302 and answer.url.startswith(("/sign-in/", "/admin/login/"))


@pytest.mark.parametrize("address", NESTED)
def test_a_message_is_found_in_its_own_conversation_only(
    address, alice, bob, keys, signed_in
) -> None:
    for person in (alice, bob):
        own = conversation_of(person)
        say(own, "user", "Hi")
        url = address.format(**keys, own=own.public_id)
        browser = signed_in(person)
        assert {browser.get(url).status_code, browser.post(url).status_code} <= {404, 405}


def test_a_forgotten_door_makes_the_matrix_fail(monkeypatch) -> None:
    from chatstudio import urls_with_accounts

    more = [*urls_with_accounts.urlpatterns, path("new-door/<int:n>/", lambda request: None)]
    monkeypatch.setattr(doors, "get_resolver", lambda: type("R", (), {"url_patterns": more}))
    with pytest.raises(AssertionError, match="new-door/<int:n>/"):
        every_door()
