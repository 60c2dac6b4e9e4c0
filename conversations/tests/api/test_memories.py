"""GET/POST /memories, PATCH/DELETE /memories/<id>, POST /memories/switch-all."""

from uuid import uuid4

import pytest

from conversations.features.memories import service as memories
from conversations.models import Conversation, Memory
from conversations.tests.api.asked import JSON, UI, may, wrong_fields
from conversations.tests.rows import turn_in

pytestmark = pytest.mark.django_db

MEMORIES = f"{UI}/memories"


@pytest.fixture
def memory(alice) -> Memory:
    return memories.remember(alice, "Eats no nuts.")


def one(row: Memory) -> str:
    return f"{MEMORIES}/{row.public_id}"


def test_they_are_listed_newest_first(alice, bob, memory, client) -> None:
    memories.remember(bob, "Bob's own")
    memories.remember(alice, "Lives in Ulm.")
    found = client.get(MEMORIES).json()
    assert [row["text"] for row in found["memories"]] == ["Lives in Ulm.", "Eats no nuts."]
    assert found["success"] is True
    assert found["next_cursor"] is None


def test_a_page_leads_to_the_next_one(alice, client) -> None:
    for number in range(3):
        memories.remember(alice, f"Fact {number}")
    first = client.get(f"{MEMORIES}?limit=2").json()
    rest = client.get(f"{MEMORIES}?limit=2&cursor={first['next_cursor']}").json()
    assert [row["text"] for row in first["memories"] + rest["memories"]] == [
        "Fact 2", "Fact 1", "Fact 0",
    ]  # fmt: skip
    assert rest["next_cursor"] is None


def test_a_memory_names_the_message_it_comes_from_while_that_is_there(
    alice, conversation, client
) -> None:
    answer = turn_in(conversation, "Hi", "Hello")
    memories.remember(alice, "Says hi.", answer)
    (shown,) = client.get(MEMORIES).json()["memories"]
    assert shown["message_id"] == str(answer.public_id)
    assert shown["conversation_id"] == str(conversation.public_id)
    Conversation.objects.update(deleted_at="2026-01-01T00:00Z")
    (shown,) = client.get(MEMORIES).json()["memories"]
    assert shown["message_id"] is None


def test_a_fact_is_kept_once_and_in_one_line(alice, client) -> None:
    for _ in range(2):
        response = client.post(MEMORIES, {"text": " Eats\n no nuts. "}, content_type=JSON)
        assert response.json()["memory"]["text"] == "Eats no nuts."
    assert Memory.objects.filter(owner=alice).count() == 1


def test_a_new_one_can_be_switched_off_at_once(alice, client) -> None:
    client.post(MEMORIES, {"text": "Secret", "is_enabled": False}, content_type=JSON)
    assert memories.sent_memories(alice.pk) == []


@pytest.mark.parametrize("text", ["", "   ", "x" * 1001])
def test_a_text_that_is_none_is_refused(alice, client, text) -> None:
    assert "text" in wrong_fields(client.post(MEMORIES, {"text": text}, content_type=JSON))
    assert not Memory.objects.exists()


def test_more_than_a_person_can_have_is_refused(alice, client, monkeypatch) -> None:
    monkeypatch.setattr(memories, "MOST", 0)
    response = client.post(MEMORIES, {"text": "One more"}, content_type=JSON)
    assert response.status_code == 409
    assert "Delete one first" in response.json()["error"]["message"]


def test_text_and_switch_change_each_alone(memory, client) -> None:
    client.patch(one(memory), {"is_enabled": False}, content_type=JSON)
    response = client.patch(one(memory), {"text": "Eats nuts."}, content_type=JSON)
    assert response.json()["memory"]["is_enabled"] is False
    memory.refresh_from_db()
    assert (memory.text, memory.is_enabled) == ("Eats nuts.", False)


@pytest.mark.django_db(transaction=True)
def test_one_that_is_deleted_meanwhile_is_not_there(memory, client, monkeypatch) -> None:
    def clean(text: str) -> str:
        Memory.objects.all().delete()
        return text

    monkeypatch.setattr(memories, "clean", clean)
    assert client.patch(one(memory), {"text": "Late"}, content_type=JSON).status_code == 404
    assert not Memory.objects.exists()


def test_all_are_switched_together(alice, bob, memory, client) -> None:
    other = memories.remember(bob, "Bob's own")
    response = client.post(f"{MEMORIES}/switch-all", {"is_enabled": False}, content_type=JSON)
    memory.refresh_from_db()
    other.refresh_from_db()
    assert (response.status_code, memory.is_enabled, other.is_enabled) == (200, False, True)


def test_one_is_deleted(memory, client) -> None:
    assert client.delete(one(memory)).json() == {"success": True}
    assert not Memory.objects.exists()


def test_somebody_elses_does_not_exist(bob, client) -> None:
    row = memories.remember(bob, "Bob's own")
    assert client.delete(one(row)).status_code == 404
    assert client.patch(one(row), {"text": "Mine"}, content_type=JSON).status_code == 404
    assert client.delete(f"{MEMORIES}/{uuid4()}").status_code == 404
    row.refresh_from_db()
    assert row.text == "Bob's own"


@pytest.mark.parametrize(
    "cursor", ["x", "-1", str(2**63), "9" * 64, "9" * 65, "1.5", "\u0661", "%0b1"]
)
def test_a_cursor_that_was_not_given_is_refused(alice, client, cursor) -> None:
    assert "cursor" in wrong_fields(client.get(f"{MEMORIES}?cursor={cursor}"))


@pytest.mark.parametrize("limit", ["0", "201", "9" * 30, "ten"])
def test_a_limit_out_of_its_bounds_is_refused(alice, client, limit) -> None:
    assert "limit" in wrong_fields(client.get(f"{MEMORIES}?limit={limit}"))


def test_a_field_that_is_unknown_is_refused(memory, client) -> None:
    response = client.patch(one(memory), {"enabled": False}, content_type=JSON)
    assert "enabled" in wrong_fields(response)


def test_a_key_needs_the_scope(alice, memory, client) -> None:
    assert may(client, alice, "get", MEMORIES) == {"read"}
    assert may(client, alice, "post", MEMORIES, {"text": "A"}) == {"manage"}
    assert may(client, alice, "post", f"{MEMORIES}/switch-all", {}) == {"manage"}
    assert may(client, alice, "patch", one(memory), {}) == {"manage"}
    assert may(client, alice, "delete", one(memory)) == {"manage"}
