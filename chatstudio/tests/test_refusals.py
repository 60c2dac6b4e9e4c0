"""Who is not let in, and what they are told."""

import pytest
from django.test import Client

from conversations.models import Conversation
from conversations.tests.rows import conversation_of, everything

pytestmark = pytest.mark.django_db

HERE = {"SERVER_NAME": "127.0.0.1", "HTTP_HOST": "localhost"}


@pytest.fixture
def strict() -> Client:
    """A browser whose forms need their token."""
    return Client(enforce_csrf_checks=True, **HERE)


def token_of(client: Client) -> str:
    html = client.get("/chat/").text
    return html.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["plain", "htmx"])
def test_a_form_without_its_token_changes_nothing_and_is_told_what_to_do(
    alice, strict, headers
) -> None:
    conversation = conversation_of(alice)
    before = everything()
    for door in ("pin", "delete", "rename", "send"):
        url = f"/chat/{conversation.public_id}/{door}/"
        response = strict.post(url, {"title": "x", "text": "x"}, headers=headers)
        assert response.status_code == 403
        assert "Reload the page and try again" in response.text
    assert everything() == before


def test_a_form_of_our_page_is_taken(conversation, strict) -> None:
    token = token_of(strict)
    strict.post(f"/chat/{conversation.public_id}/pin/", {"csrfmiddlewaretoken": token})
    assert Conversation.objects.get().is_pinned


def test_the_token_as_a_header_is_taken(conversation, strict) -> None:
    headers = {"X-CSRFToken": token_of(strict)}
    strict.post(f"/chat/{conversation.public_id}/pin/", headers=headers)
    assert Conversation.objects.get().is_pinned


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://localhost:9999", "https://localhost", "null"]
)
def test_another_website_cannot_send_even_with_a_token(conversation, strict, origin) -> None:
    form = {"csrfmiddlewaretoken": token_of(strict)}
    url = f"/chat/{conversation.public_id}/pin/"
    assert strict.post(url, form, headers={"Origin": origin}).status_code == 403


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "192.168.1.7", "a b"])
def test_a_foreign_host_is_refused(host) -> None:
    response = Client(SERVER_NAME="127.0.0.1", HTTP_HOST=host).get("/chat/")
    assert response.status_code == 400
    assert "<main" in response.text


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:9000", "[::1]:8000"])
def test_names_of_this_machine_are_ours(host) -> None:
    assert Client(SERVER_NAME="127.0.0.1", HTTP_HOST=host).get("/chat/").status_code == 200


@pytest.mark.parametrize("address", ["192.168.1.7", "10.0.0.1", "0.0.0.0", "fe80::1", "box.local"])
@pytest.mark.parametrize("path", ["/chat/", "/health", "/static/css/studio.css", "/no/such/page"])
def test_a_server_address_that_others_reach_is_refused(address, path) -> None:
    response = Client(SERVER_NAME=address, HTTP_HOST="localhost").get(path)
    assert response.status_code == 403
    assert "127.0.0.1" in response.text
    assert response.headers["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_every_loopback_address_is_this_machine(address) -> None:
    assert Client(SERVER_NAME=address, HTTP_HOST="localhost").get("/chat/").status_code == 200


@pytest.mark.parametrize("path", ["/no/such/page", "/chat/not-a-uuid/", "/chat/x/send/"])
def test_an_unknown_address_has_a_page_with_a_way_back(client, path) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert "There is nothing at this address" in response.text
    assert 'href="/chat/"' in response.text


def test_an_unforeseen_error_has_a_page_without_details(client, monkeypatch) -> None:
    monkeypatch.setattr("conversations.showing.pages.chat_context", lambda *a: 1 / 0)
    client.raise_request_exception = False
    response = client.get("/chat/")
    assert response.status_code == 500
    assert "Something went wrong on our side" in response.text
    assert "ZeroDivision" not in response.text
