"""Who asks, from where, and with what, where nobody signs in. The same with accounts stands in
chatstudio/tests/accounts/test_api_caller.py."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chatstudio import keys
from chatstudio.models import ApiKey, User
from chatstudio.tests.api.asking import CONVERSATIONS, JSON, SEND, bearer, refusal
from conftest import AsyncBrowser
from conversations.models import Conversation, Generation, Message
from conversations.tests.rows import conversation_of, everything

pytestmark = pytest.mark.django_db

ALL = ["read", "chat", "manage"]
FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "http://localhost:9999"},
    {"Origin": "https://localhost"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
]


@pytest.fixture
def key(alice) -> str:
    return keys.make(alice, "Backup", ALL)[1]


# From where


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("with_key", [False, True])
def test_another_website_is_refused_whatever_it_brings(client, key, headers, with_key) -> None:
    headers = headers | (bearer(key) if with_key else {})
    before = everything()
    got = client.get(CONVERSATIONS, headers=headers)
    posted = client.post(SEND, {"message": "Hi"}, content_type=JSON, headers=headers)
    assert refusal(got, 403)["code"] == refusal(posted, 403)["code"] == "foreign_origin"
    assert everything() == before


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://localhost"},
        {"Origin": "http://LOCALHOST"},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_this_website_and_programs_come_in(alice, client, headers) -> None:
    assert client.get(CONVERSATIONS, headers=headers).status_code == 200


def test_a_trusted_address_of_a_proxy_comes_in(alice, client, settings) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://chat.example.org"]
    headers = {"Origin": "https://chat.example.org"}
    assert client.get(CONVERSATIONS, headers=headers).status_code == 200


def test_no_other_website_is_told_that_it_may_read(alice, client) -> None:
    for headers in ({}, {"Origin": "http://localhost"}, {"Origin": "https://evil.example"}):
        answer = client.get(CONVERSATIONS, headers=headers)
        assert not [name for name in answer.headers if name.startswith("Access-Control")]


# Who


def test_a_program_on_this_machine_is_the_person_here(alice, client) -> None:
    conversation_of(alice, title="Mine")
    assert "Mine" in client.get(CONVERSATIONS).text


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("method", "url", "sent"),
    [
        ("get", CONVERSATIONS, None),
        ("post", CONVERSATIONS, {}),
        ("post", SEND, {"message": "Hi"}),
        ("post", f"{SEND}/stream", {"message": "Hi"}),
        ("post", "/v1/chat/completions", {"messages": [{"role": "user", "content": "Hi"}]}),
        ("post", "/v1/responses", {"input": "Hi"}),
        ("post", "/v1/completions", {"prompt": "Hi"}),
    ],
)
async def test_whoever_is_deactivated_is_refused_and_leaves_nothing(
    alice, aclient, method, url, sent
) -> None:
    """Wherever the person is looked for: before the door, or in its own thread."""
    await User.objects.filter(pk=alice.pk).aupdate(is_active=False)
    given = {"data": {"model": "echo", **sent}, "content_type": JSON} if sent is not None else {}
    answer = await getattr(aclient, method)(url, **given)
    assert answer.status_code == 401
    assert not await Conversation.objects.aexists()
    assert not await Generation.objects.aexists()


@pytest.mark.parametrize("key", ["ollama", "sk-none", "none", "EMPTY", ""])
@pytest.mark.parametrize("scheme", ["Bearer", "Basic"])
def test_a_placeholder_that_is_no_key_of_ours_counts_as_none(alice, client, key, scheme) -> None:
    assert client.get(CONVERSATIONS, headers=bearer(key, scheme)).status_code == 200


def test_a_wrong_key_of_ours_is_refused_here_too(client, key) -> None:
    for wrong in (f"{key}x", keys.PREFIX, f"{keys.PREFIX}\u00fc"):
        answer = client.get(CONVERSATIONS, headers=bearer(wrong))
        assert refusal(answer, 401)["code"] == "unauthorized"
        assert answer["WWW-Authenticate"] == "Bearer"


def test_a_key_in_another_scheme_is_refused(client, key) -> None:
    refusal(client.get(CONVERSATIONS, headers=bearer(key, "Basic")), 401)
    refusal(client.get(CONVERSATIONS, headers={"Authorization": key}), 401)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "Bearer "])
def test_the_scheme_is_read_in_any_case(client, key, scheme) -> None:
    assert client.get(CONVERSATIONS, headers=bearer(key, scheme)).status_code == 200


def test_an_expired_key_is_refused(client, key) -> None:
    ApiKey.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    answer = client.get(CONVERSATIONS, headers=bearer(key))
    assert "has expired" in refusal(answer, 401)["message"]
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_revoked_key_is_refused_from_the_next_request_on(client, key) -> None:
    assert client.get(CONVERSATIONS, headers=bearer(key)).status_code == 200
    client.post(f"/keys/{ApiKey.objects.get().public_id}/revoke/")
    answer = client.get(CONVERSATIONS, headers=bearer(key))
    refusal(answer, 401)
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_key_that_is_made_on_the_page_opens_the_door(alice, client) -> None:
    page = client.post("/keys/", {"name": "Backup", "scopes": ["read"], "days": "0"}).text
    key = page.partition('id="key">')[2].partition("<")[0]
    assert client.get(CONVERSATIONS, headers=bearer(key)).status_code == 200


def test_a_key_acts_for_its_owner_alone(alice, bob, client) -> None:
    his_key = keys.make(bob, "His", ALL)[1]
    hers = conversation_of(alice, title="Mine")
    conversation_of(bob, title="His own")
    told = client.get(CONVERSATIONS, headers=bearer(his_key)).text
    assert ("His own" in told, "Mine" in told) == (True, False)
    refusal(client.get(f"{CONVERSATIONS}/{hers.public_id}", headers=bearer(his_key)), 404)


def test_using_a_key_is_noted(client, key) -> None:
    assert ApiKey.objects.get().last_used_at is None
    client.get(CONVERSATIONS, headers=bearer(key))
    assert timezone.now() - ApiKey.objects.get().last_used_at < timedelta(minutes=1)


def test_a_key_opens_no_page(client, key, alice) -> None:
    """Pages are the person's; a key is read at the API's door alone."""
    client.get("/chat/", headers=bearer(key))
    assert ApiKey.objects.get().last_used_at is None


# What it may do


@pytest.mark.parametrize(
    ("scopes", "sees", "chats", "manages"),
    [
        (["read"], 200, 403, 403),
        (["chat"], 200, 200, 403),
        (["manage"], 403, 403, 200),
        (ALL, 200, 200, 200),
    ],
)
def test_each_door_asks_for_its_scope(alice, client, scopes, sees, chats, manages) -> None:
    row = conversation_of(alice, title="As it was")
    headers = bearer(keys.make(alice, "Backup", scopes)[1])
    one = f"{CONVERSATIONS}/{row.public_id}"
    sent = {"content_type": JSON, "headers": headers}
    assert client.get(one, headers=headers).status_code == sees
    assert client.post(CONVERSATIONS, {}, **sent).status_code == chats
    assert client.patch(one, {"title": "Changed"}, **sent).status_code == manages
    made, changed = Conversation.objects.count() == 2, Conversation.objects.get(pk=row.pk).title
    assert (made, changed == "Changed") == (chats == 200, manages == 200)


def test_a_lacking_scope_is_named(alice, client) -> None:
    key = keys.make(alice, "Backup", ["read"])[1]
    answer = client.post(CONVERSATIONS, {}, content_type=JSON, headers=bearer(key))
    error = refusal(answer, 403)
    assert (error["code"], "chat" in error["message"]) == ("scope_missing", True)


# With what


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "text/json"])
def test_a_body_that_is_not_json_is_refused(alice, client, kind) -> None:
    answer = client.post(SEND, '{"message": "Hi"}', content_type=kind)
    assert JSON in refusal(answer, 415)["message"]
    assert not Message.objects.exists()


def test_a_form_is_refused(alice, client) -> None:
    refusal(client.post(SEND, {"message": "Hi"}), 415)
    assert not Message.objects.exists()


def too_long(settings) -> dict[str, str]:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1024**2
    return {"message": "x" * 1024**2}


def test_a_body_over_the_limit_is_refused(alice, client, settings) -> None:
    answer = client.post(SEND, too_long(settings), content_type=JSON)
    assert "at most 1 MB" in refusal(answer, 413)["message"]
    assert not Message.objects.exists()


class WithoutLength(AsyncBrowser):
    """Sends its body in pieces, as a program may that does not know its length."""

    def _base_scope(self, **request):
        kept = [pair for pair in request["headers"] if pair[0] != b"content-length"]
        return super()._base_scope(**{**request, "headers": kept})


@pytest.mark.django_db(transaction=True)
async def test_a_body_over_the_limit_is_refused_without_its_length(alice, settings) -> None:
    answer = await WithoutLength().post(SEND, too_long(settings), content_type=JSON)
    assert "at most 1 MB" in refusal(answer, 413)["message"]
    assert not await Message.objects.aexists()


@pytest.mark.django_db(transaction=True)
async def test_a_body_without_its_length_is_read(alice) -> None:
    answer = await WithoutLength().post(CONVERSATIONS, {"title": "Mine"}, content_type=JSON)
    assert answer.json()["conversation"]["title"] == "Mine"


@pytest.mark.parametrize("path", ["/api/nothing", "/api/", "/v1/nothing"])
def test_what_does_not_exist_is_said_as_json(alice, client, path) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer["Content-Type"] == JSON
