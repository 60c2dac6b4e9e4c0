"""What a person does to their own account, and administrators to those of others."""

import pytest

from chatstudio.accounts import attempts
from chatstudio.models import User
from chatstudio.tests.accounts.conftest import PASSWORD, sign_in

pytestmark = pytest.mark.django_db

NEW = "five other quiet words"


def change(old: str, new: str = NEW) -> dict[str, str]:
    return {"old_password": old, "new_password1": new, "new_password2": new}


def test_a_new_password_ends_all_other_sessions_and_keeps_this_one(alice, signed_in) -> None:
    here, there = signed_in(alice), signed_in(alice)
    assert here.post("/account/", change(PASSWORD)).url == "/account/?changed=1"
    assert "Your password is changed" in here.get("/account/?changed=1").text
    assert there.get("/chat/").status_code == 302
    alice.refresh_from_db()
    assert alice.check_password(NEW)


def test_it_wants_the_old_password(alice, signed_in) -> None:
    answer = signed_in(alice).post("/account/", change("wrong"))
    assert answer.status_code == 422
    assert "not your password until now" in answer.text


def test_guessing_it_in_a_borrowed_browser_is_slowed(alice, signed_in) -> None:
    browser = signed_in(alice)
    for _ in range(attempts.FREE_FOR_NAME):
        browser.post("/account/", change("wrong"))
    assert browser.post("/account/", change(PASSWORD)).status_code == 429
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_a_deactivated_person_is_out_at_once_and_can_come_back(
    alice, carol, client, signed_in
) -> None:
    browser, administrator = signed_in(alice), signed_in(carol)
    administrator.post("/people/deactivate/", {"username": "alice"})
    assert browser.get("/chat/").status_code == 302
    assert sign_in(client, "alice").status_code == 422
    administrator.post("/people/activate/", {"username": "alice"})
    assert sign_in(client, "alice").status_code == 302


def test_nobody_deactivates_themselves(carol, signed_in) -> None:
    browser = signed_in(carol)
    browser.post("/people/deactivate/", {"username": "carol"})
    assert browser.get("/people/").status_code == 200


def test_a_name_that_nobody_has_is_not_found(carol, signed_in) -> None:
    assert signed_in(carol).post("/people/activate/", {"username": "x"}).status_code == 404


def test_the_admin_finds_activates_and_deactivates(alice, bob, carol, signed_in) -> None:
    browser, url = signed_in(carol), "/admin/chatstudio/user/"
    assert "alice" in browser.get(url, {"q": "ali"}).text
    assert "bob" not in browser.get(url, {"q": "ali"}).text
    chosen = {"_selected_action": [alice.pk, carol.pk], "action": "deactivate"}
    browser.post(url, chosen)
    assert list(User.objects.filter(is_active=False)) == [alice]
    browser.post(url, chosen | {"action": "activate"})
    assert not User.objects.filter(is_active=False).exists()


def test_the_admin_makes_an_account_and_changes_it(carol, client, signed_in) -> None:
    browser = signed_in(carol)
    form = {"username": "dora", "usable_password": "true", "password1": PASSWORD}
    made = browser.post("/admin/chatstudio/user/add/", form | {"password2": PASSWORD})
    assert made.status_code == 302
    assert sign_in(client, "dora").status_code == 302
    page = browser.get(made.url).text
    assert "pbkdf2" not in page
    assert PASSWORD not in page


def test_the_admin_deletes_nobody(alice, carol, signed_in) -> None:
    url = f"/admin/chatstudio/user/{alice.pk}/delete/"
    assert signed_in(carol).post(url, {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=alice.pk).exists()


def test_the_admins_own_ways_in_and_out_are_ours(alice, carol, client, signed_in) -> None:
    assert client.get("/admin/login/?next=/admin/").url == "/sign-in/?next=%2Fadmin%2F"
    browser = signed_in(carol)
    assert browser.get("/admin/password_change/").url == "/account/"
    assert browser.post("/admin/logout/").url == "/sign-in/"
    assert browser.get("/admin/").status_code == 302


@pytest.mark.parametrize("right", ["is_staff", "is_superuser"])
def test_half_an_administrator_is_none(alice, signed_in, right) -> None:
    User.objects.filter(pk=alice.pk).update(**{right: True})
    assert signed_in(alice).get("/people/").status_code == 404
    assert signed_in(alice).get("/admin/").status_code == 404
