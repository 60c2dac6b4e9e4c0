"""The first account, and what was written before there were any."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from chatstudio.accounts import set_up
from chatstudio.local import local_person
from chatstudio.models import User
from chatstudio.tests.accounts.conftest import PASSWORD
from conversations.tests.rows import conversation_of

pytestmark = pytest.mark.django_db


def form(code: str, name: str = "ada") -> dict[str, str]:
    return {"code": code, "username": name, "password1": PASSWORD, "password2": PASSWORD}


def test_an_empty_house_leads_to_the_first_account(client) -> None:
    assert client.get("/chat/", follow=True).redirect_chain[-1][0] == "/set-up/"


def test_the_code_makes_the_administrator(client) -> None:
    typed = set_up.code().lower().replace("-", " ")
    assert client.post("/set-up/", form(typed)).url == "/chat/"
    assert User.objects.get(username="ada").is_administrator
    assert client.get("/chat/").status_code == 200


def test_without_the_code_nobody_gets_in(client) -> None:
    assert client.post("/set-up/", form("AAAA-BBBB-CCCC")).status_code == 422
    assert not User.objects.exists()


def test_guessing_the_code_is_slowed(client) -> None:
    statuses = [client.post("/set-up/", form("guess")).status_code for _ in range(9)]
    assert statuses[-1] == 429
    assert client.post("/set-up/", form(set_up.code())).status_code == 429


def test_a_password_that_is_too_short_is_no_guess(client) -> None:
    short = form(set_up.code()) | {"password1": "short", "password2": "short"}
    assert {client.post("/set-up/", short).status_code for _ in range(9)} == {422}


def test_once_there_is_an_account_the_page_is_gone(carol, client) -> None:
    assert client.get("/set-up/").status_code == 404
    assert client.post("/set-up/", form(set_up.code())).status_code == 404


def test_a_deactivated_administrator_does_not_open_it_again(carol, client) -> None:
    User.objects.update(is_active=False)
    assert client.get("/set-up/").status_code == 404


def test_another_database_has_another_code() -> None:
    from django.db.migrations.recorder import MigrationRecorder

    before = set_up.code()
    MigrationRecorder.Migration.objects.update(applied=timezone.now())
    assert set_up.code() != before


def test_the_first_administrator_takes_over_what_was_written(client) -> None:
    conversation = conversation_of(local_person())
    assert "takes over the conversations" in client.get("/set-up/").text
    client.post("/set-up/", form(set_up.code()))
    assert client.get(f"/chat/{conversation.public_id}/").status_code == 200
    assert User.objects.count() == 1


def test_so_does_createsuperuser(monkeypatch) -> None:
    conversation = conversation_of(local_person())
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    options = {"username": "ada", "email": "a@example.org", "interactive": False}
    call_command("createsuperuser", stdout=StringIO(), **options)
    ada = User.objects.get(username="ada")
    assert ada.conversations.get() == conversation
    assert ada.is_administrator
    assert ada.check_password(PASSWORD)


def test_back_without_accounts_the_first_administrator_is_the_local_person(carol, alice) -> None:
    assert local_person() == carol
    assert User.objects.count() == 2


def test_a_second_administrator_is_another_person(carol) -> None:
    ada = User.objects.create_superuser("ada", password=PASSWORD)
    assert ada != carol
    assert not ada.is_local
