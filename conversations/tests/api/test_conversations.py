"""Conversations by the API: listed in pages, begun, read, changed, deleted, taken back."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from conversations.models import Conversation, Message
from conversations.tagging import set_tags
from conversations.tests.api.asking import CONVERSATIONS as PLACE
from conversations.tests.api.asking import JSON, send
from conversations.tests.rows import conversation_of, long_chain, profile_of

pytestmark = pytest.mark.django_db(transaction=True)


def titles(client: Client, **query: str) -> list[str]:
    return [one["title"] for one in client.get(PLACE, query).json()["conversations"]]


def test_pages_of_conversations_the_newest_first(alice, bob, client) -> None:
    now = timezone.now()
    for n in range(5):
        row = conversation_of(alice, title=f"n{n}")
        Conversation.objects.filter(id=row.id).update(last_message_at=now - timedelta(days=n // 2))
    conversation_of(bob, title="Bob's")
    seen, cursor = [], ""
    while cursor is not None:
        page = client.get(PLACE, {"limit": 2, "cursor": cursor}).json()
        seen += [one["title"] for one in page["conversations"]]
        cursor = page["next_cursor"]
    assert seen == ["n1", "n0", "n3", "n2", "n4"]


def test_by_tag_and_archived(alice, client) -> None:
    tagged = conversation_of(alice, title="Tagged")
    set_tags(tagged, ["home"])
    conversation_of(alice, title="Put away", is_archived=True)
    assert titles(client, tag="home") == ["Tagged"]
    assert titles(client, archived="true") == ["Put away"]
    assert titles(client, tag="nothing") == []


def test_the_list_costs_the_same_for_any_number(
    alice, client, django_assert_max_num_queries
) -> None:
    for n in range(20):
        set_tags(conversation_of(alice, title=str(n)), ["home"])
    client.get(PLACE)
    with django_assert_max_num_queries(3):
        client.get(PLACE)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"cursor": "x"}, "cursor"),
        ({"cursor": "2026-01-01T00:00:00+00:00_99999999999999999999999"}, "cursor"),
        ({"cursor": "0001-01-01T00:00:00_1"}, "cursor"),
        ({"archived": "perhaps"}, "archived"),
    ],
)
def test_a_wrong_question_names_its_field(alice, client, query, field) -> None:
    response = client.get(PLACE, query)
    assert response.status_code == 422
    assert field in response.json()["error"]["fields"]


def test_an_empty_one_is_begun_as_the_page_would(alice, client) -> None:
    profile = profile_of(alice, "Careful", is_default=True)
    response = client.post(PLACE, {"title": " A  plan "}, content_type=JSON)
    told, row = response.json()["conversation"], Conversation.objects.get()
    assert (told["id"], told["title"]) == (str(row.public_id), "A plan")
    assert told["prompt_profile_id"] == str(profile.public_id)
    assert (row.memory_enabled, row.tools_enabled, row.routing_profile) == (True, True, "direct")
    assert client.get(f"/chat/{row.public_id}/").status_code == 200


async def test_messages_go_into_an_empty_one(alice, aclient, model) -> None:
    begun = await aclient.post(PLACE, {"memory": False, "profile": "tools"}, content_type=JSON)
    key = begun.json()["conversation"]["id"]
    await send(aclient, "Hi there", conversation_id=key, profile="direct")
    row = await Conversation.objects.aget()
    assert (row.title, row.memory_enabled, row.routing_profile) == ("Hi there", False, "direct")


def test_a_long_one_is_read_in_pages(alice, client) -> None:
    row = conversation_of(alice)
    long_chain(row, 30)
    seen, before = [], None
    while True:
        query = {"limit": 12} | ({"before": before} if before else {})
        page = client.get(f"{PLACE}/{row.public_id}", query).json()
        seen = [one["id"] for one in page["messages"]] + seen
        before = page["older_before"]
        if before is None:
            break
    assert seen == [str(key) for key in Message.objects.values_list("public_id", flat=True)]


def test_a_long_page_costs_no_more_than_a_short_one(
    alice, client, django_assert_max_num_queries
) -> None:
    row = conversation_of(alice)
    long_chain(row, 60)
    client.get(f"{PLACE}/{row.public_id}")
    with django_assert_max_num_queries(9):
        page = client.get(f"{PLACE}/{row.public_id}", {"limit": 50}).json()
    assert len(page["messages"]) == 50


def test_changed_deleted_and_taken_back(alice, client) -> None:
    row = conversation_of(alice, title="Old")
    place = f"{PLACE}/{row.public_id}"
    changes = {"title": "New", "tags": ["a", "b"], "is_pinned": True, "is_archived": True}
    told = client.patch(place, changes, content_type=JSON).json()["conversation"]
    assert {name: told[name] for name in changes} == changes
    same = client.patch(place, {"is_pinned": True}, content_type=JSON).json()["conversation"]
    assert same["is_pinned"]
    assert same["tags"] == ["a", "b"]
    assert client.delete(place).json() == {"success": True}
    assert client.get(place).status_code == 404
    undone = client.post(f"{place}/undo-delete", {}, content_type=JSON)
    assert undone.json()["conversation"]["title"] == "New"
    assert client.get(place).status_code == 200


@pytest.mark.parametrize(
    "body", [{"title": ""}, {"title": " \n"}, {"title": "x" * 201}, {"tags": "a"}, {"own": 1}]
)
def test_a_wrong_change_changes_nothing(alice, client, body) -> None:
    row = conversation_of(alice, title="Old")
    response = client.patch(f"{PLACE}/{row.public_id}", body, content_type=JSON)
    assert response.status_code == 422
    row.refresh_from_db()
    assert row.title == "Old"


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
def test_bobs_do_not_exist(alice, bob, client, method) -> None:
    for key in (conversation_of(bob).public_id, uuid4()):
        response = getattr(client, method)(f"{PLACE}/{key}", content_type=JSON, data={"title": "x"})
        assert response.status_code == 404
