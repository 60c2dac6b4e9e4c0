"""What tells our answers from a proxy's, and what is said where a proxy hides something from us."""

import pytest
from django.db import OperationalError
from django.test import Client

from chatstudio.base import database_failures as failures
from chatstudio.base.origin import explain_mismatch
from chatstudio.models import User
from conversations.answering import turns

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize(
    "path", ["/", "/chat/", "/no/such/page", "/health", "/api/models", "/v1/nothing", "/ws/chat/"]
)
def test_every_answer_says_that_it_is_ours(alice, client, path) -> None:
    assert client.get(path).headers["Chat-Studio"] == "1"


def test_a_refusal_and_a_failure_say_so_too(alice, client, monkeypatch) -> None:
    assert client.post("/theme/", {"theme": "pink"}).headers["Chat-Studio"] == "1"
    assert Client(SERVER_NAME="10.0.0.1").get("/chat/").headers["Chat-Studio"] == "1"
    client.raise_request_exception = False
    monkeypatch.setattr("conversations.showing.pages.chat_context", None)
    failed = client.get("/chat/")
    assert (failed.status_code, failed.headers["Chat-Studio"]) == (500, "1")


HOST, PROTO = "pass on the Host header", "X-Forwarded-Proto"


@pytest.mark.parametrize(
    ("origin", "here", "advice"),
    [
        ("http://127.0.0.1:9730", "http://127.0.0.1:9710", HOST),
        ("https://chat.example.org", "http://127.0.0.1:8000", HOST),
        ("https://chat.example.org", "http://chat.example.org", PROTO),
        ("https://CHAT.example.org", "http://chat.example.org", PROTO),
        ("http://chat.example.org", "https://chat.example.org", ""),
        ("null", "http://127.0.0.1:8000", ""),
        ("http://[", "http://127.0.0.1:8000", ""),
        ("", "http://127.0.0.1:8000", ""),
    ],
)
def test_which_setting_a_foreign_origin_points_to(origin, here, advice) -> None:
    told = explain_mismatch(origin, here)
    assert advice in told if advice else told == ""


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_a_form_through_a_proxy_without_host_names_the_setting(conversation, headers) -> None:
    strict = Client(enforce_csrf_checks=True, SERVER_NAME="127.0.0.1", HTTP_HOST="127.0.0.1:9710")
    url = f"/chat/{conversation.public_id}/send/"
    headers = {**headers, "Origin": "http://127.0.0.1:9730"}
    response = strict.post(url, {"text": "Hello"}, headers=headers)
    assert response.status_code == 403
    assert "proxy_set_header Host $http_host" in response.text
    assert "http://127.0.0.1:9730 in CSRF_TRUSTED_ORIGINS" in response.text


def test_the_api_names_it_too(alice, client) -> None:
    response = client.get("/api/models", headers={"Origin": "http://127.0.0.1:9730"})
    assert HOST in response.json()["error"]["message"]


def test_a_host_that_is_not_known_names_the_setting() -> None:
    response = Client(SERVER_NAME="127.0.0.1", HTTP_HOST="chat.example.org").get("/chat/")
    assert "ALLOWED_HOSTS" in response.text


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ("database is locked", failures.BUSY),
        ("database table is locked", failures.BUSY),
        ("canceling statement due to lock timeout", failures.BUSY),
        ("deadlock detected", failures.BUSY),
        ("FATAL: sorry, too many clients already", failures.BUSY),
        ("database or disk is full", failures.FULL),
        ("attempt to write a readonly database", failures.READ_ONLY),
        ("connection to server failed: Connection refused", failures.AWAY),
    ],
)
def test_what_is_said_of_a_database_that_fails(told, sentence) -> None:
    assert failures.sentence_for(OperationalError(told)) == sentence


@pytest.fixture
def locked(monkeypatch) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(turns, "begin_turn", refuse)
    monkeypatch.setattr("conversations.answering.services.toggle_pin", refuse)


@pytest.mark.parametrize("door", ["send", "pin"])
def test_a_locked_database_changes_nothing_on_the_page(conversation, client, locked, door) -> None:
    url = f"/chat/{conversation.public_id}/{door}/"
    response = client.post(url, {"text": "Hello", "routing_profile": "direct"}, headers=HTMX)
    assert (response.status_code, response.headers["HX-Reswap"]) == (503, "none")
    assert failures.BUSY in response.text
    page = client.post(url, {"text": "Hello", "routing_profile": "direct"})
    assert (page.status_code, failures.BUSY in page.text) == (503, True)


def test_programs_are_told_when_to_try_again(alice, client, locked) -> None:
    response = client.post("/api/chat/ui/send", {"message": "Hello"}, "application/json")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert response.json()["error"] == {"code": "database_failed", "message": failures.BUSY}


def test_so_are_clients_of_openai_before_anything_is_read(alice, client, monkeypatch) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(type(User.objects), "local_person", refuse)
    response = client.get("/v1/models")
    assert response.status_code == 503
    assert response.json()["error"]["message"] == failures.BUSY
