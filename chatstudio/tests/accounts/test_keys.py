"""API keys where there are accounts, and their room in the administration."""

import pytest

from chatstudio import keys
from chatstudio.accounts import people
from chatstudio.models import ApiKey, AuditEntry, User

pytestmark = pytest.mark.django_db

ROOM = "/admin/chatstudio/apikey/"


@pytest.fixture
def hers(alice) -> tuple[ApiKey, str]:
    return keys.make(alice, "Her backup", ["read", "chat"])


def test_the_settings_lead_to_it(alice, signed_in) -> None:
    assert "/keys/" in signed_in(alice).get("/account/").text.partition("<main")[2]


def test_a_key_is_made_for_whoever_is_signed_in(bob, signed_in) -> None:
    form = {"name": "Backup", "scopes": ["read"], "days": "30"}
    assert signed_in(bob).post("/keys/", form).status_code == 200
    assert ApiKey.objects.get().owner == bob


def test_nobody_is_told_that_none_is_needed(bob, signed_in) -> None:
    page = signed_in(bob).get("/keys/").text
    assert "need none" not in page
    assert "Administrators see it too." in page


def test_a_deactivated_persons_key_ends_at_once(carol, hers) -> None:
    people.deactivate(User.objects.filter(username="alice"), by=carol)
    assert keys.find(hers[1]) is None


def test_administrators_see_whose_key_it_is_but_no_hash(carol, hers, signed_in) -> None:
    row, key = hers
    browser = signed_in(carol)
    for path in (ROOM, f"{ROOM}{row.pk}/change/"):
        page = browser.get(path).text
        for shown in ("alice", "Her backup", row.beginning, "read, chat"):
            assert shown in page
        assert row.key_hash not in page
        assert key not in page


def test_a_key_is_found_by_its_beginning_or_its_person(carol, bob, hers, signed_in) -> None:
    other, _ = keys.make(bob, "His", ["read"])
    for word in (hers[0].beginning, "alice", str(hers[0].public_id)):
        page = signed_in(carol).get(ROOM, {"q": word}).text
        assert (hers[0].beginning in page, f"{other.beginning}<" in page) == (True, False)


def test_administrators_can_only_look_and_revoke(carol, hers, signed_in) -> None:
    row, key = hers
    browser = signed_in(carol)
    assert browser.get(f"{ROOM}add/").status_code == 403
    assert browser.post(f"{ROOM}{row.pk}/change/", {"name": "x"}).status_code == 403
    assert browser.post(f"{ROOM}{row.pk}/delete/", {"post": "yes"}).status_code == 302
    assert keys.find(key) is None
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.person, entry.subject) == ("key_revoked", carol, row.beginning)


def test_others_find_no_such_room(bob, hers, signed_in) -> None:
    for path in (ROOM, f"{ROOM}{hers[0].pk}/delete/"):
        assert signed_in(bob).get(path).status_code == 404
        assert signed_in(bob).post(path, {"post": "yes"}).status_code == 404
    assert ApiKey.objects.count() == 1
