"""What is done to another person's account stands among the audit entries, through every door,
and a person whose password somebody else set is told so."""

import io

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.test import Client

from chatstudio import keys
from chatstudio.accounts.noting import acting
from chatstudio.models import ApiKey, AuditEntry, Invitation, User
from chatstudio.tests.accounts.conftest import PASSWORD, sign_in
from conftest import HERE

pytestmark = pytest.mark.django_db

NEW = "five other quiet words"
ROOM = "/admin/chatstudio/user/"


@pytest.fixture
def browser(carol: User, signed_in) -> Client:
    return signed_in(carol)


def noted() -> list[tuple[str, str, str]]:
    rows = AuditEntry.objects.order_by("id")
    return list(rows.values_list("person_name", "action", "subject"))


def set_password(browser: Client, person: User, **more: str):
    form = {"usable_password": "true", "set-password": "1", "password1": NEW, "password2": NEW}
    return browser.post(f"{ROOM}{person.pk}/password/", form | more)


def rights(person: User, **more: str) -> dict[str, str]:
    return {"username": person.username, "is_active": "on"} | more


def test_a_password_that_an_administrator_set(alice, browser, client) -> None:
    assert set_password(browser, alice).status_code == 302
    assert noted() == [("carol", "password_set", "alice")]
    assert sign_in(client, "alice", NEW, next="/data/").url.startswith("/account/?next=")
    page = client.get("/account/", {"next": "/data/"}).text
    assert "not set by you but by" in page
    assert "carol" in page
    assert 'href="/data/"' in page
    assert "not set by you" not in client.get("/account/").text
    client.post("/sign-out/")
    assert sign_in(client, "alice", NEW).url == "/chat/"


def test_a_password_that_is_taken_away(alice, browser) -> None:
    form = {"usable_password": "false", "unset-password": "1"}
    assert browser.post(f"{ROOM}{alice.pk}/password/", form).status_code == 302
    assert noted() == [("carol", "password_set", "alice")]


def test_ones_own_password_is_nobody_elses(carol, browser) -> None:
    set_password(browser, carol)
    change = {"old_password": NEW, "new_password1": PASSWORD, "new_password2": PASSWORD}
    assert browser.post("/account/", change).status_code == 302
    assert noted() == []
    carol.refresh_from_db()
    assert carol.password_set_by == ""


def test_who_has_set_their_own_since_is_not_told_of_another(alice, browser, client) -> None:
    set_password(browser, alice)
    sign_in(client, "alice", NEW)
    change = {"old_password": NEW, "new_password1": PASSWORD, "new_password2": PASSWORD}
    assert "not set by you" not in client.post("/account/", change, follow=True).text
    assert noted() == [("carol", "password_set", "alice")]


def test_another_name(alice, browser) -> None:
    """Else a password could be set for a name that nobody has afterwards."""
    form = rights(alice, username="someone")
    assert browser.post(f"{ROOM}{alice.pk}/change/", form).status_code == 302
    assert noted() == [("carol", "renamed", "alice")]
    assert AuditEntry.objects.get().detail == "now someone"


def test_signing_in_with_an_older_hash_is_no_change(alice, client, settings) -> None:
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    with acting(None):
        assert sign_in(client, "alice").status_code == 302
    alice.refresh_from_db()
    assert alice.password.startswith("pbkdf2")
    assert (noted(), alice.password_set_by) == ([], "")


def test_the_command_that_sets_a_password(alice, client, monkeypatch) -> None:
    monkeypatch.setattr("getpass.getpass", lambda *args, **kwargs: NEW)
    call_command("changepassword", "alice", stdout=io.StringIO())
    assert noted() == [("", "password_set", "alice")]
    assert AuditEntry.objects.get().address == "console"
    sign_in(client, "alice", NEW)
    assert "the server&#x27;s console" in client.get("/account/").text


def test_the_command_that_makes_an_administrator(carol) -> None:
    call_command("createsuperuser", username="dora", email="", interactive=False, verbosity=0)
    assert noted() == [("", "account_made", "dora"), ("", "administrator_made", "dora")]


@pytest.mark.parametrize("has_local_person", [True, False])
def test_the_first_account(db, has_local_person) -> None:
    from chatstudio.accounts import set_up

    if has_local_person:
        User.objects.local_person()
    form = {"code": set_up.code(), "username": "eve", "password1": NEW, "password2": NEW}
    assert Client(**HERE).post("/set-up/", form).status_code == 302
    assert noted() == [("", "account_made", "eve"), ("", "administrator_made", "eve")]
    assert User.objects.get(username="eve").password_set_by == ""


def test_an_account_that_an_administrator_made(browser) -> None:
    form = {"username": "dora", "usable_password": "true", "password1": NEW, "password2": NEW}
    assert browser.post(f"{ROOM}add/", form).status_code == 302
    assert noted() == [("carol", "password_set", "dora"), ("carol", "account_made", "dora")]


def test_an_administrator_is_made_and_unmade(alice, browser) -> None:
    both = rights(alice, is_staff="on", is_superuser="on")
    for form in (both, rights(alice, is_staff="on"), rights(alice)):
        assert browser.post(f"{ROOM}{alice.pk}/change/", form).status_code == 302
    assert [action for _, action, _ in noted()] == [
        *("administrator_made", "administrator_unmade", "rights_changed")
    ]


@pytest.mark.parametrize("door", ["people", "action", "form"])
def test_an_account_is_deactivated_and_activated(alice, browser, door) -> None:
    key, _ = keys.make(alice, "Backup", ["read"])
    for action in ("deactivate", "activate"):
        if door == "people":
            browser.post(f"/people/{action}/", {"username": "alice"})
        elif door == "action":
            browser.post(ROOM, {"_selected_action": [alice.pk], "action": action, "index": "0"})
        else:
            on = {"is_active": "on"} if action == "activate" else {}
            browser.post(f"{ROOM}{alice.pk}/change/", {"username": "alice", **on})
    assert noted() == [
        ("carol", "deactivated", "alice"),
        ("carol", "key_revoked", key.beginning),
        ("carol", "activated", "alice"),
    ]
    assert not ApiKey.objects.exists()


def test_what_changes_nothing_is_not_noted(alice, browser) -> None:
    browser.post("/people/activate/", {"username": "alice"})
    browser.post(f"{ROOM}{alice.pk}/change/", rights(alice, first_name="Alice"))
    assert noted() == []


@pytest.mark.parametrize("door", ["people", "admin"])
def test_an_invitation_is_made_and_revoked(browser, settings, door) -> None:
    settings.SIGN_UP = "invitation"
    browser.post("/people/invite/", {"note": "Dora", "days": "7"})
    row = Invitation.objects.get()
    if door == "people":
        browser.post(f"/people/invitations/{row.public_id}/revoke/")
    else:
        browser.post(f"/admin/chatstudio/invitation/{row.pk}/delete/", {"post": "yes"})
    assert noted() == [("carol", "invited", "Dora"), ("carol", "invitation_revoked", "Dora")]


def test_groups_and_permissions(alice, carol, rf) -> None:
    group = Group.objects.create(name="Support")
    right = Permission.objects.get(codename="view_content")
    request = rf.post("/")
    request.user = carol
    with acting(request):
        alice.groups.add(group)
        group.permissions.add(right)
        alice.user_permissions.add(right)
        alice.user_permissions.clear()
    assert noted() == [
        ("carol", "rights_changed", "alice"),
        ("carol", "rights_changed", "Support"),
        ("carol", "right_given", "alice"),
        ("carol", "rights_changed", "alice"),
    ]


def change(**more: str) -> dict[str, str]:
    return {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW, **more}


@pytest.mark.parametrize(("box", "left"), [({}, 1), ({"revoke_keys": "on"}, 0)])
def test_a_new_password_and_ones_keys(alice, bob, signed_in, box, left) -> None:
    keys.make(alice, "Backup", ["read"])
    keys.make(bob, "Backup", ["read"])
    hers = signed_in(alice)
    assert "Revoke my API keys too" in hers.get("/account/").text
    told = hers.post("/account/", change(**box), follow=True).text
    assert ("Your API keys are revoked" in told) == (left == 0)
    assert ApiKey.objects.filter(owner=alice).count() == left
    assert ApiKey.objects.filter(owner=bob).count() == 1
    assert [action for _, action, _ in noted()] == ["key_revoked"] * (1 - left)


def test_without_keys_there_is_no_box(alice, signed_in) -> None:
    assert "Revoke my API keys" not in signed_in(alice).get("/account/").text


@pytest.mark.parametrize(("box", "left"), [({}, 1), ({"revoke_keys": "on"}, 0)])
def test_a_password_set_for_somebody_and_their_keys(alice, browser, box, left) -> None:
    keys.make(alice, "Backup", ["read"])
    assert "Revoke this person" in browser.get(f"{ROOM}{alice.pk}/password/").text
    set_password(browser, alice, **box)
    assert ApiKey.objects.count() == left


def test_the_pages_say_what_becomes_of_keys(alice, browser, signed_in) -> None:
    said = " ".join(signed_in(alice).get("/keys/").text.split())
    assert "also after a new password" in said
    assert "their API keys are revoked" in " ".join(browser.get("/people/").text.split())
