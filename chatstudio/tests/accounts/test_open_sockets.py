"""An open page hears nothing more once its person is signed out, however that came about."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chatstudio.accounts import open_sockets
from chatstudio.accounts.open_sockets import OpenSocket, no_longer_signed_in
from chatstudio.models import User
from chatstudio.tests.accounts.conftest import PASSWORD
from chatstudio.tests.accounts.tabs import closing, cookie_of, end_sessions_of, is_open, opened, tab
from conftest import HERE
from conversations.carrying.hub import Frame, conversation_topic, hub, person_topic
from conversations.models import Conversation

pytestmark = pytest.mark.django_db(transaction=True)


def deactivate_elsewhere(person: User) -> None:
    User.objects.filter(pk=person.pk).update(is_active=False)


def change_password_elsewhere(person: User) -> None:
    person.set_password("another one entirely")
    User.objects.filter(pk=person.pk).update(password=person.password)


def expire(person: User) -> None:
    sessions = apps.get_model("sessions", "Session").objects
    sessions.update(expire_date=timezone.now() - timedelta(seconds=1))


def delete(person: User) -> None:
    User.objects.filter(pk=person.pk)._raw_delete("default")


ELSEWHERE = [end_sessions_of, deactivate_elsewhere, change_password_elsewhere, expire, delete]


@pytest.mark.parametrize("happens", ELSEWHERE)
async def test_what_another_process_does_is_noticed_within_a_second(
    alice: User, happens: Callable[[User], None]
) -> None:
    assert open_sockets.SECONDS < 1
    page = await opened(alice)
    await sync_to_async(happens)(alice)
    assert await closing(page) == 4401


async def test_nothing_more_arrives(alice: User, conversation: Conversation) -> None:
    page = await opened(alice, f"/ws/chat/{conversation.public_id}/")
    await sync_to_async(deactivate_elsewhere)(alice)
    assert await closing(page) == 4401
    hub.publish(conversation_topic(conversation.public_id), Frame("<p>secret</p>"))
    hub.publish(person_topic(alice.pk), Frame())
    assert await page.receive_nothing(timeout=0.2)
    assert not hub._topics


@pytest.fixture
def seldom(monkeypatch) -> None:
    """Only what is told at once can be noticed at once."""
    monkeypatch.setattr(open_sockets, "SECONDS", 60)


@pytest.mark.usefixtures("seldom")
async def test_signing_out_closes_the_other_tabs_at_once(alice: User) -> None:
    cookie = await sync_to_async(cookie_of)(alice)
    here, there = tab(cookie), await opened(alice)
    await here.connect(timeout=30)
    await here.receive_output(timeout=30)
    browser = Client(**HERE)
    browser.cookies["chatstudio_session"] = cookie
    await sync_to_async(browser.post)("/sign-out/")
    assert await closing(here) == 4401
    assert await is_open(there, 0.3)


@pytest.mark.usefixtures("seldom")
async def test_a_changed_password_closes_them_at_once(alice: User, signed_in) -> None:
    page = await opened(alice)
    new = "five other quiet words"
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    await sync_to_async(lambda: signed_in(alice).post("/account/", form))()
    assert await closing(page) == 4401


@pytest.mark.usefixtures("seldom")
@pytest.mark.parametrize("door", ["/people/deactivate/", "/admin/chatstudio/user/{}/change/"])
async def test_a_deactivation_closes_them_at_once(
    alice: User, carol: User, signed_in, door
) -> None:
    page, other = await opened(alice), await opened(carol)
    form = {"username": "alice", "email": ""}
    response = await sync_to_async(lambda: signed_in(carol).post(door.format(alice.pk), form))()
    assert response.status_code == 302
    assert await closing(page) == 4401
    assert await is_open(other, 0.3)


async def test_a_sign_in_that_holds_stays_open(alice: User, bob: User) -> None:
    pages = [await opened(alice), await opened(bob)]
    await sync_to_async(deactivate_elsewhere)(bob)
    assert await closing(pages[1]) == 4401
    assert await is_open(pages[0])
    assert len(open_sockets.watch.sockets) == 1
    await pages[0].disconnect()
    assert not open_sockets.watch.sockets


def test_any_number_of_sockets_costs_two_queries(alice: User, bob: User) -> None:
    async def hang_up() -> None: ...

    keys = [(person, cookie_of(person)) for person in (alice, bob) for _ in range(20)]
    sockets = [
        OpenSocket(person.pk, key, person.get_session_auth_hash(), hang_up) for person, key in keys
    ]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert no_longer_signed_in(sockets) == []
    assert len(queries) == 2
