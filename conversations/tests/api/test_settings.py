"""GET and PATCH /conversations/<id>/settings."""

import pytest

from conversations.models import Conversation, HistorySummary
from conversations.tests.api.asked import JSON, UI, may, wrong_fields
from conversations.tests.rows import conversation_of, turn_in

pytestmark = pytest.mark.django_db


def door(row: Conversation) -> str:
    return f"{UI}/conversations/{row.public_id}/settings"


def patch(client, row: Conversation, data):
    return client.patch(door(row), data, content_type=JSON)


@pytest.fixture
def summary(conversation) -> HistorySummary:
    upto = turn_in(conversation, "Hi", "Hello")
    turn_in(conversation, "And now?", "Well")
    return HistorySummary.objects.create(conversation=conversation, upto=upto, text="They met.")


def test_they_are_shown(conversation, summary, client) -> None:
    Conversation.objects.update(parameters={"seed": 3}, summarises=True)
    assert client.get(door(conversation)).json()["settings"] == {
        "parameters": {"seed": 3},
        "chosen_tools": None,
        "summarises": True,
        "summary": "They met.",
        "summary_is_edited": False,
    }


def test_what_is_left_out_stays(conversation, summary, client) -> None:
    patch(client, conversation, {"parameters": {"temperature": 0.5, "seed": 1}})
    patch(client, conversation, {"parameters": {"seed": None, "thinking": "low"}})
    shown = patch(client, conversation, {"summarises": True}).json()["settings"]
    assert shown["parameters"] == {"temperature": 0.5, "thinking": "low"}
    conversation.refresh_from_db()
    assert (conversation.summarises, conversation.parameters["thinking"]) == (True, "low")
    summary.refresh_from_db()
    assert (summary.text, summary.is_edited) == ("They met.", False)


def test_tools_are_chosen_and_all_again(conversation, client) -> None:
    """One that is away is kept; what is left out stays."""
    names = ["calculate", "notes_add", "calculate"]
    shown = patch(client, conversation, {"chosen_tools": names}).json()["settings"]
    assert shown["chosen_tools"] == ["calculate", "notes_add"]
    shown = patch(client, conversation, {"summarises": True}).json()["settings"]
    assert shown["chosen_tools"] == ["calculate", "notes_add"]
    shown = patch(client, conversation, {"chosen_tools": []}).json()["settings"]
    assert shown["chosen_tools"] == []
    shown = patch(client, conversation, {"chosen_tools": None}).json()["settings"]
    assert shown["chosen_tools"] is None


def test_a_summary_is_corrected(conversation, summary, client) -> None:
    shown = patch(client, conversation, {"summary": "They met\r\nin Ulm. "}).json()["settings"]
    assert (shown["summary"], shown["summary_is_edited"]) == ("They met\nin Ulm.", True)


def test_an_emptied_summary_is_taken_away(conversation, summary, client) -> None:
    shown = patch(client, conversation, {"summary": " "}).json()["settings"]
    assert shown["summary"] is None
    assert not HistorySummary.objects.exists()


def test_where_there_is_no_summary_none_can_be_corrected(conversation, client) -> None:
    response = patch(client, conversation, {"summary": "They met."})
    assert "There is no summary yet" in wrong_fields(response)["summary"][0]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"parameters": {"num_ctx": 1}}, "parameters.num_ctx"),
        ({"parameters": {"num_ctx": "4096"}}, "parameters.num_ctx"),
        ({"summary": "x" * 20_001}, "summary"),
        ({"summarises": "perhaps"}, "summarises"),
        ({"title": "New"}, "title"),
        ({"chosen_tools": "calculate"}, "chosen_tools"),
        ({"chosen_tools": ["x" * 129]}, "chosen_tools.0"),
        ({"chosen_tools": ["a", 5]}, "chosen_tools.1"),
        ({"chosen_tools": [f"t{n}" for n in range(201)]}, "chosen_tools"),
    ],
)
def test_what_is_wrong_is_told_by_field(conversation, summary, client, wrong, field) -> None:
    assert field in wrong_fields(patch(client, conversation, {"summary": "New", **wrong}))
    summary.refresh_from_db()
    assert summary.text == "They met."


def test_somebody_elses_do_not_exist(alice, bob, client) -> None:
    row = conversation_of(bob)
    assert client.get(door(row)).status_code == 404
    assert patch(client, row, {"summarises": True}).status_code == 404
    assert patch(client, row, {"chosen_tools": []}).status_code == 404
    row.refresh_from_db()
    assert row.summarises is False


def test_a_key_needs_the_scope(alice, conversation, client) -> None:
    assert may(client, alice, "get", door(conversation)) == {"read", "chat"}
    assert may(client, alice, "patch", door(conversation), {}) == {"manage"}
