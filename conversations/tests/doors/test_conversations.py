"""Rename, pin, delete and undo."""

import pytest
from django.urls import reverse

from conversations.models import Conversation
from conversations.tests.rows import conversation_of

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def door(name: str, conversation: Conversation) -> str:
    return reverse(name, args=[conversation.public_id])


def here(conversation: Conversation) -> dict[str, str]:
    """htmx on this conversation's page."""
    return {**HTMX, "HX-Current-URL": f"http://localhost{door('conversation', conversation)}"}


def test_a_new_name_is_kept_without_surplus_spaces(conversation, client) -> None:
    response = client.post(door("rename", conversation), {"title": "  Warm   houses "})
    conversation.refresh_from_db()
    assert conversation.title == "Warm houses"
    assert response.url == door("conversation", conversation)


def test_a_new_name_is_a_new_revision(conversation, client) -> None:
    client.post(door("rename", conversation), {"title": "Warm houses"})
    conversation.refresh_from_db()
    assert conversation.revision == 1


def test_renaming_with_htmx_shows_list_and_title(conversation, client) -> None:
    form = {"title": "Warm houses"}
    html = client.post(door("rename", conversation), form, headers=here(conversation)).text
    assert 'id="sidebar-list"' in html
    assert 'id="conversation-title"' in html


def test_renaming_another_conversation_leaves_the_open_title(alice, conversation, client) -> None:
    open_one = conversation_of(alice)
    form = {"title": "Warm houses"}
    html = client.post(door("rename", conversation), form, headers=here(open_one)).text
    assert 'id="conversation-title"' not in html


@pytest.mark.parametrize("form", [{"title": ""}, {"title": "  "}, {}, {"title": "x" * 201}])
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_a_wrong_name_is_said_at_the_field(conversation, client, form, headers) -> None:
    response = client.post(door("rename", conversation), form, headers=headers)
    assert response.status_code == 422
    assert "rename-error" in response.text
    conversation.refresh_from_db()
    assert conversation.title == "Heat pumps"


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_the_form_shows_the_name(conversation, client, headers) -> None:
    response = client.get(door("rename", conversation), headers=headers)
    assert 'value="Heat pumps"' in response.text
    assert ("<html" in response.text) == (not headers)


def test_a_name_is_never_html(conversation, client) -> None:
    form = {"title": "<script>alert(1)</script>"}
    client.post(door("rename", conversation), form)
    html = client.get(door("conversation", conversation)).text
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


def test_pinning_twice_is_not_pinning(conversation, client) -> None:
    states = []
    for _ in range(2):
        client.post(door("pin", conversation))
        conversation.refresh_from_db()
        states.append(conversation.is_pinned)
    assert states == [True, False]


def test_deleting_hides_and_offers_undo(conversation, client) -> None:
    response = client.post(door("delete", conversation))
    assert client.get(door("conversation", conversation)).status_code == 404
    assert door("undo_delete", conversation) in client.get(response.url).text


def test_deleting_with_htmx_offers_undo_too(conversation, client) -> None:
    html = client.post(door("delete", conversation), headers=HTMX).text
    assert door("undo_delete", conversation) in html
    assert "Heat pumps" in html


def test_deleting_the_open_conversation_leads_away(conversation, client) -> None:
    response = client.post(door("delete", conversation), headers=here(conversation))
    assert response.headers["HX-Redirect"].startswith(reverse("chat"))


def test_undo_brings_it_back(conversation, client) -> None:
    client.post(door("delete", conversation))
    response = client.post(door("undo_delete", conversation))
    assert client.get(response.url).status_code == 200


def test_undo_of_what_was_not_deleted_is_not_found(conversation, client) -> None:
    assert client.post(door("undo_delete", conversation)).status_code == 404


@pytest.mark.parametrize("name", ["rename", "pin", "delete", "send"])
def test_a_deleted_conversation_is_not_there(conversation, client, name) -> None:
    client.post(door("delete", conversation))
    assert client.post(door(name, conversation), {"title": "x", "text": "x"}).status_code == 404
