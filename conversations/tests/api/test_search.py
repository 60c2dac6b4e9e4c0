"""GET /search."""

from datetime import UTC, datetime

import pytest

from conversations.models import Message
from conversations.tagging import set_tags
from conversations.tests.api.asked import UI, may, wrong_fields
from conversations.tests.rows import conversation_of, say, turn_in

pytestmark = pytest.mark.django_db

SEARCH = f"{UI}/search"


def ask(client, q: str = "heat", **query: str):
    return client.get(SEARCH, {"q": q, **query})


def texts(client, q: str = "heat", **query: str) -> list[str]:
    found = ask(client, q, **query).json()["messages"]
    return ["".join(piece["text"] for piece in hit["snippet"]) for hit in found]


def test_a_message_is_found_with_its_place_and_its_pieces(conversation, client) -> None:
    answer = turn_in(conversation, "What is it?", "A <b>heat</b> pump.")
    Message.objects.filter(id=answer.id).update(model_name="llama3")
    found = ask(client).json()
    (hit,) = found["messages"]
    assert hit["snippet"] == [
        {"text": "A <b>", "is_match": False},
        {"text": "heat", "is_match": True},
        {"text": "</b> pump.", "is_match": False},
    ]
    assert (hit["id"], hit["role"]) == (str(answer.public_id), "assistant")
    assert (hit["conversation_id"], hit["model"]) == (str(conversation.public_id), "llama3")
    assert found["next_cursor"] is None


def test_titles_are_found_on_the_first_page(conversation, client) -> None:
    (hit,) = ask(client).json()["conversations"]
    assert hit["id"] == str(conversation.public_id)
    assert hit["title"][0] == {"text": "Heat", "is_match": True}


def test_what_others_wrote_is_not_found(bob, client) -> None:
    turn_in(conversation_of(bob), "heat", "heat")
    found = ask(client).json()
    assert (found["messages"], found["conversations"]) == ([], [])


def test_a_page_leads_to_the_next_one(alice, client) -> None:
    conversation = conversation_of(alice, title="Long")
    for number in range(25):
        say(conversation, "user", f"heat {number}")
    first = ask(client).json()
    assert (len(first["messages"]), first["messages"][0]["title"]) == (20, "Long")
    rest = ask(client, cursor=first["next_cursor"]).json()
    assert len(rest["messages"]) == 5
    assert (rest["conversations"], rest["next_cursor"]) == ([], None)
    ids = {hit["id"] for hit in first["messages"] + rest["messages"]}
    assert len(ids) == 25


def test_filters_narrow_it(alice, client) -> None:
    tagged, other = conversation_of(alice, title="A"), conversation_of(alice, title="B")
    set_tags(tagged, ["home"])
    turn_in(tagged, "heat one", "heat two")
    say(other, "user", "heat three")
    assert texts(client, tag="home", role="user") == ["heat one"]
    assert texts(client, role="assistant") == ["heat two"]
    assert texts(client, tag="nowhere") == []
    assert texts(client, model="unheard-of") == []
    assert texts(client, profile="tools") == []


def test_days_are_both_included(conversation, client) -> None:
    for day in (1, 2, 3):
        row = say(conversation, "user", f"heat {day}")
        moment = datetime(2026, 5, day, 12, tzinfo=UTC)
        Message.objects.filter(id=row.id).update(created_at=moment)
    days = {"from": "2026-05-01", "to": "2026-05-02"}
    assert texts(client, **days) == ["heat 2", "heat 1"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"q": ""}, "q"),
        ({"q": "-heat"}, "q"),
        ({"q": "x" * 301}, "q"),
        ({"q": "x" * 2000}, "q"),
        ({"role": "system"}, "role"),
        ({"from": "yesterday"}, "from"),
        ({"to": "2026-02-30"}, "to"),
        ({"to": "1780000000"}, "to"),
        ({"from": "2026-05-02", "to": "2026-05-01"}, "from"),
        ({"tag": "x" * 61}, "tag"),
        ({"model": "x" * 256}, "model"),
        ({"profile": "x" * 33}, "profile"),
        ({"cursor": "17"}, "cursor"),
        ({"cursor": "17:made-up"}, "cursor"),
        ({"cursor": "x" * 300}, "cursor"),
    ],
)
def test_what_is_wrong_is_told_by_field(alice, client, query, field) -> None:
    assert field in wrong_fields(ask(client, **query))


def test_without_words_it_says_what_is_missing(alice, client) -> None:
    assert "q" in wrong_fields(client.get(SEARCH))


@pytest.mark.parametrize("days", [{"from": "0001-01-01"}, {"to": "9999-12-31"}])
def test_the_first_and_the_last_day_that_there_are(conversation, client, days) -> None:
    say(conversation, "user", "heat")
    assert texts(client, **days) == ["heat"]


def test_a_key_needs_the_scope(alice, client) -> None:
    assert may(client, alice, "get", f"{SEARCH}?q=heat") == {"read"}
