"""Who asks by the API where there are accounts: whoever is signed in, or a key's owner."""

import base64

import pytest
from django.test import Client

from chatstudio import keys
from chatstudio.models import ApiKey, User
from chatstudio.tests.api.asking import CONVERSATIONS, JSON, bearer, refusal
from conftest import HERE
from conversations.models import Conversation
from conversations.tests.rows import conversation_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(alice) -> str:
    conversation_of(alice, title="Hers")
    return keys.make(alice, "Backup", ["read", "chat"])[1]


def test_a_session_works(alice, key, signed_in) -> None:
    browser, here = signed_in(alice), {"Origin": "http://localhost"}
    assert "Hers" in browser.get(CONVERSATIONS).text
    made = browser.post(CONVERSATIONS, {"title": "New"}, content_type=JSON, headers=here)
    assert made.status_code == 200


def test_another_website_cannot_use_a_session(alice, key, signed_in) -> None:
    foreign = {"Origin": "https://evil.example"}
    browser, before = signed_in(alice), Conversation.objects.count()
    refusal(browser.post(CONVERSATIONS, {}, content_type=JSON, headers=foreign), 403)
    refusal(browser.get(CONVERSATIONS, headers={"Sec-Fetch-Site": "cross-site"}), 403)
    assert Conversation.objects.count() == before


@pytest.mark.parametrize("path", [CONVERSATIONS, "/api/nothing", "/api/openapi.json", "/v1/models"])
def test_who_is_signed_out_is_refused_and_led_nowhere(client, key, path) -> None:
    for answer in (client.get(path), client.post(path, {}, content_type=JSON)):
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"] == "Bearer"
        assert "Location" not in answer


def test_a_key_works_without_a_session(client, key) -> None:
    answer = client.get(CONVERSATIONS, headers=bearer(key))
    assert "Hers" in answer.text
    assert not answer.cookies


@pytest.mark.parametrize("where", ["query", "cookie", "X-API-Key", "Basic", "form", "bare"])
def test_a_key_is_read_in_one_place_alone(client, key, where) -> None:
    headers, query = {}, {}
    if where == "query":
        query = dict.fromkeys(("token", "api_key", "access_token", "key"), key)
    if where == "cookie":
        client.cookies["Authorization"] = client.cookies["chatstudio_session"] = key
    if where == "X-API-Key":
        headers = {"X-API-Key": key, "Api-Key": key, "Proxy-Authorization": f"Bearer {key}"}
    if where == "Basic":
        headers = bearer(base64.b64encode(f"alice:{key}".encode()).decode(), "Basic")
    if where == "bare":
        headers = {"Authorization": key}
    if where == "form":
        refusal(client.post(CONVERSATIONS, {"access_token": key}), 401)
    refusal(client.get(CONVERSATIONS, query, headers=headers), 401)
    assert ApiKey.objects.get().last_used_at is None


@pytest.mark.parametrize("wrong", ["ollama", "cs-made-up", "", "x" * 10_000])
def test_what_is_no_key_is_refused_beside_a_session_too(alice, key, signed_in, wrong) -> None:
    """Who brings a key wants to be its owner, not whoever is signed in."""
    answer = signed_in(alice).get(CONVERSATIONS, headers=bearer(wrong))
    refusal(answer, 401)
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_key_counts_before_the_session(bob, key, signed_in) -> None:
    assert "Hers" in signed_in(bob).get(CONVERSATIONS, headers=bearer(key)).text


def test_who_is_deactivated_is_refused(alice, key, signed_in) -> None:
    browser = signed_in(alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    refusal(browser.get(CONVERSATIONS), 401)
    refusal(Client(**HERE).get(CONVERSATIONS, headers=bearer(key)), 401)


def test_an_administrators_key_sees_nothing_of_others(carol, key, client) -> None:
    hers = Conversation.objects.get()
    headers = bearer(keys.make(carol, "Mine", ["read", "chat", "manage"])[1])
    assert client.get(CONVERSATIONS, headers=headers).json()["conversations"] == []
    one = f"{CONVERSATIONS}/{hers.public_id}"
    refusal(client.get(one, headers=headers), 404)
    refusal(client.patch(one, {"title": "x"}, content_type=JSON, headers=headers), 404)
    refusal(client.delete(one, headers=headers), 404)


@pytest.mark.parametrize("path", ["/keys/", "/account/", "/chat/", "/admin/"])
def test_a_key_is_no_way_into_the_pages(client, key, path) -> None:
    assert client.get(path, headers=bearer(key)).url.startswith(("/sign-in/", "/admin/login/"))
    posted = client.post(path, {"name": "x", "scopes": ["manage"]}, headers=bearer(key))
    assert posted.status_code == 302
    assert ApiKey.objects.count() == 1
