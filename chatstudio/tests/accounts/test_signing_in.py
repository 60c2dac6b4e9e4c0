"""Sign in, sign out, and what a page says to somebody who is not."""

import pytest

from chatstudio.accounts.views.doors import WRONG
from chatstudio.tests.accounts.conftest import PASSWORD, sign_in

pytestmark = pytest.mark.django_db


def test_name_and_password_lead_to_the_chat(alice, client) -> None:
    assert sign_in(client, "alice").url == "/chat/"
    assert "alice" in client.get("/chat/").text


def test_the_page_that_was_wanted_comes_after(alice, client, conversation) -> None:
    page = f"/chat/{conversation.public_id}/"
    response = client.get(page)
    assert response.url == f"/sign-in/?next={page.replace('/', '%2F')}"
    answer = client.post(response.url, {"username": "alice", "password": PASSWORD})
    assert answer.url == page


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_nobody_is_led_to_another_site(alice, client, elsewhere) -> None:
    answer = client.post(
        "/sign-in/", {"username": "alice", "password": PASSWORD, "next": elsewhere}
    )
    assert answer.url == "/chat/"


def test_the_cookie_is_our_own_and_no_script_reads_it(alice, client) -> None:
    cookie = sign_in(client, "alice").cookies["chatstudio_session"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


@pytest.mark.parametrize(
    ("name", "password"), [("alice", "wrong"), ("nobody", PASSWORD), ("dave", PASSWORD)]
)
def test_one_sentence_for_everything_that_is_wrong(alice, bob, client, name, password) -> None:
    type(bob).objects.filter(pk=bob.pk).update(username="dave", is_active=False)
    answer = sign_in(client, name, password)
    assert answer.status_code == 422
    assert WRONG in answer.text
    assert password not in answer.text


def test_an_unknown_name_costs_as_much_hashing_as_a_known_one(alice, client, monkeypatch) -> None:
    from django.contrib.auth.hashers import MD5PasswordHasher

    hashed: list[str] = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher,
        "encode",
        lambda self, password, salt: hashed.append(password) or encode(self, password, salt),
    )
    sign_in(client, "nobody", "wrong")
    unknown, hashed[:] = len(hashed), []
    sign_in(client, "alice", "wrong")
    assert unknown == len(hashed) == 1


def test_the_local_person_has_no_way_in(carol, client) -> None:
    from chatstudio.models import User

    User.objects.create(username="passwordless")
    assert sign_in(client, "passwordless", "").status_code == 422
    assert sign_in(client, "passwordless", "x").status_code == 422


def test_sign_out_ends_the_session(alice, signed_in) -> None:
    browser = signed_in(alice)
    key = browser.cookies["chatstudio_session"].value
    answer = browser.post("/sign-out/")
    assert (answer.url, answer["Clear-Site-Data"]) == ("/sign-in/", '"cache"')
    browser.cookies["chatstudio_session"] = key
    assert browser.get("/chat/").status_code == 302


def test_a_link_does_not_sign_out(alice, signed_in) -> None:
    browser = signed_in(alice)
    assert browser.get("/sign-out/").status_code == 405
    assert browser.get("/chat/").status_code == 200


def test_an_htmx_request_is_told_where_to_go(alice, client) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost/chat/?text=a"}
    answer = client.post("/chat/send/", {"text": "Hi"}, headers=headers)
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/sign-in/?next=%2Fchat%2F%3Ftext%3Da"


def test_the_sidebar_says_who_is_signed_in(alice, carol, signed_in) -> None:
    page = signed_in(alice).get("/chat/").text
    assert 'action="/sign-out/"' in page
    assert "/people/" not in page
    assert "/people/" in signed_in(carol).get("/chat/").text
