"""Headers that keep other websites out of our pages."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from conversations.tests.rows import profile_of, turn_in

pytestmark = pytest.mark.django_db

CSP = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "connect-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def directives(response) -> dict[str, str]:
    policy = response.headers["Content-Security-Policy"]
    return dict(part.strip().split(" ", 1) for part in policy.split(";"))


@pytest.fixture
def pages(alice, conversation) -> list[str]:
    turn_in(conversation, "Hi", "Hello")
    key = conversation.public_id
    return [
        "/chat/",
        reverse("conversation", args=[key]),
        reverse("rename", args=[key]),
        "/chat/older/",
        "/chat/models/",
        "/prompt-profiles/",
        "/prompt-profiles/new/",
        reverse("prompt_profile_edit", args=[profile_of(alice).public_id]),
        "/api/docs",
        "/health",
        "/no/such/page",
    ]


def assert_guarded(response) -> None:
    assert directives(response) == CSP
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_every_page_is_guarded(pages, client) -> None:
    for page in pages:
        assert_guarded(client.get(page))


def test_refusals_are_guarded_too(client) -> None:
    strict = Client(enforce_csrf_checks=True, SERVER_NAME="127.0.0.1", HTTP_HOST="localhost")
    assert_guarded(strict.post("/theme/", {"theme": "dark"}))
    assert_guarded(client.post("/chat/send/", {"text": ""}))


def test_a_failing_page_is_guarded_too(client, monkeypatch) -> None:
    monkeypatch.setattr("conversations.showing.pages.chat_context", lambda *a: 1 / 0)
    client.raise_request_exception = False
    assert_guarded(client.get("/chat/"))


def test_no_page_has_a_script_or_a_style_of_its_own(pages, client) -> None:
    for page in pages:
        html = client.get(page).text
        assert "<style" not in html
        assert " style=" not in html
        assert " onclick=" not in html
        assert html.count("<script") == len(
            re.findall(r"<script (?:defer|type=.module.) src=", html)
        )


def test_the_csrf_cookie_is_ours_and_out_of_reach_of_scripts(client) -> None:
    cookie = client.get("/chat/").cookies["chatstudio_csrf"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
