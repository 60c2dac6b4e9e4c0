"""New people: closed, by invitation, or open with approval."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from chatstudio.accounts import attempts, invitations
from chatstudio.accounts.invitations import AlreadyUsed
from chatstudio.models import Invitation, User
from chatstudio.tests.accounts.conftest import PASSWORD, sign_in
from conftest import HERE

pytestmark = pytest.mark.django_db

FORM = {"username": "dora", "password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture
def by_invitation(settings) -> None:
    settings.SIGN_UP = "invitation"


@pytest.fixture
def by_approval(settings) -> None:
    settings.SIGN_UP = "approval"


@pytest.fixture
def link(carol, signed_in, by_invitation) -> str:
    page = signed_in(carol).post("/people/invite/", {"note": "Dora", "days": "7"}).text
    url = page.partition('value="http://localhost')[2].partition('"')[0]
    assert urlsplit(url).path == "/invitation/"
    return url


@pytest.mark.parametrize("mode", ["closed", "invitation"])
def test_the_page_is_there_only_where_people_may_ask(carol, client, settings, mode) -> None:
    settings.SIGN_UP = mode
    assert client.get("/sign-up/").status_code == 404
    assert client.post("/sign-up/", FORM).status_code == 404
    assert "/sign-up/" not in client.get("/sign-in/").text


def test_who_asks_waits_for_approval(carol, client, by_approval, signed_in) -> None:
    assert "waits for an administrator" in client.post("/sign-up/", FORM).text
    assert sign_in(client, "dora").status_code == 422
    administrator = signed_in(carol)
    assert "Approve" in administrator.get("/people/").text
    administrator.post("/people/activate/", {"username": "dora"})
    assert sign_in(client, "dora").status_code == 302


def test_asking_again_and_again_is_slowed(carol, client, by_approval) -> None:
    names = [FORM | {"username": f"dora{n}"} for n in range(attempts.FREE_FOR_NAME + 1)]
    assert [client.post("/sign-up/", form).status_code for form in names][-1] == 429
    assert "dora5" not in User.objects.values_list("username", flat=True)


@pytest.mark.parametrize("name", ["Carol", "local", "LOCAL"])
def test_a_name_that_is_taken_is_refused(carol, client, by_approval, name) -> None:
    answer = client.post("/sign-up/", FORM | {"username": name})
    assert answer.status_code == 422
    assert "This name is taken" in answer.text or "already exists" in answer.text


@pytest.mark.parametrize("weak", ["tiny9tiny", "password123", "1234567890123", "dora-dora-dora"])
def test_a_weak_password_is_refused(carol, client, by_approval, weak) -> None:
    form = {"username": "dora-dora", "password1": weak, "password2": weak}
    answer = client.post("/sign-up/", form)
    assert answer.status_code == 422
    assert weak not in answer.text


def test_nobody_makes_themselves_an_administrator(carol, client, by_approval) -> None:
    more = {"is_staff": "on", "is_superuser": "on", "is_active": "on", "is_local": "on"}
    client.post("/sign-up/", FORM | more)
    dora = User.objects.get(username="dora")
    assert not any((dora.is_staff, dora.is_superuser, dora.is_active, dora.is_local))


def test_an_invitation_makes_one_account(link, client) -> None:
    assert "You have been invited" in client.get(link).text
    assert client.post(link, FORM).url == "/chat/"
    assert "dora" in client.get("/chat/").text
    invitation = Invitation.objects.get()
    assert invitation.used_by == User.objects.get(username="dora")
    assert client.get(link).status_code == 404
    assert client.post(link, FORM | {"username": "eve"}).status_code == 404


def test_of_the_token_only_the_hash_is_kept_and_shown_once(link, client, carol, signed_in) -> None:
    token = link.partition("code=")[2]
    assert token not in str(list(Invitation.objects.values()))
    assert token not in signed_in(carol).get("/people/").text
    assert token not in client.get(link).text


def test_an_expired_invitation_is_void(link, client) -> None:
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(link).status_code == 404


def test_a_revoked_invitation_is_void(link, client, carol, signed_in) -> None:
    key = Invitation.objects.get().public_id
    signed_in(carol).post(f"/people/invitations/{key}/revoke/")
    assert client.post(link, FORM).status_code == 404


def test_with_sign_up_closed_invitations_rest(link, client, settings, carol, signed_in) -> None:
    settings.SIGN_UP = "closed"
    assert client.post(link, FORM).status_code == 404
    assert signed_in(carol).post("/people/invite/", {"days": "7"}).status_code == 404


def test_of_two_at_once_one_comes_too_late(carol) -> None:
    invitation, _ = invitations.make(carol, "", 7)
    invitations.use(invitation, carol)
    with pytest.raises(AlreadyUsed):
        invitations.use(invitation, carol)


@pytest.mark.django_db(transaction=True)
def test_of_many_at_the_same_moment_one_gets_in(by_invitation) -> None:
    """Each in a thread and with a connection of its own, as requests come."""
    carol = User.objects.create_superuser("carol", password=PASSWORD)
    _, token = invitations.make(carol, "", 7)
    start = Barrier(6)

    def accept(number: int) -> int:
        form = {"username": f"dora{number}", "password1": PASSWORD, "password2": PASSWORD}
        start.wait()
        try:
            return Client(**HERE).post(f"/invitation/?code={token}", form).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as threads:
        statuses = sorted(threads.map(accept, range(6)))
    assert statuses == [302, *[404] * 5]
    assert User.objects.filter(username__startswith="dora").count() == 1


def test_an_account_without_its_invitation_is_not_made(link, client, monkeypatch) -> None:
    def too_late(*_: object) -> None:
        raise AlreadyUsed

    monkeypatch.setattr(invitations, "use", too_late)
    assert client.post(link, FORM).status_code == 404
    assert not User.objects.filter(username="dora").exists()
