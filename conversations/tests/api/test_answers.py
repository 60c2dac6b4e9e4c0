"""PUT and DELETE …/feedback, GET …/receipt."""

from uuid import uuid4

import pytest
from django.urls import reverse

from conversations.models import Feedback, Message
from conversations.tests.api.asked import JSON, UI, may, wrong_fields
from conversations.tests.api.asking import at, send
from conversations.tests.rows import conversation_of, turn_in, waiting_call

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def answer(conversation) -> Message:
    return turn_in(conversation, "Hi", "Hello")


def door(message: Message, name: str = "feedback") -> str:
    place = message.conversation.public_id
    return f"{UI}/conversations/{place}/messages/{message.public_id}/{name}"


def put(client, message: Message, value: str, **more):
    return client.put(door(message), {"value": value, **more}, content_type=JSON)


def given() -> list[tuple[str, str]]:
    return list(Feedback.objects.values_list("value", "reason"))


def test_a_thumb_is_kept_and_the_same_once_more_changes_nothing(answer, client) -> None:
    for _ in range(2):
        response = put(client, answer, "up", reason=" Clear. ")
        assert response.json()["feedback"] == {"value": "up", "reason": "Clear."}
    assert given() == [("up", "Clear.")]


def test_a_reason_stays_with_its_thumb_alone(answer, client) -> None:
    put(client, answer, "down", reason="Wrong")
    put(client, answer, "down")
    assert given() == [("down", "Wrong")]
    put(client, answer, "up")
    assert given() == [("up", "")]


def test_it_is_taken_back(answer, client) -> None:
    put(client, answer, "down", reason="Wrong")
    for _ in range(2):
        assert client.delete(door(answer)).json() == {"success": True}
    assert given() == []


def test_open_pages_see_that_something_changed(answer, client) -> None:
    put(client, answer, "up")
    client.delete(door(answer))
    answer.conversation.refresh_from_db()
    assert answer.conversation.revision == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"value": "sideways"}, "value"), ({}, "value"), ({"reason": "x" * 2001}, "reason")],
)
def test_what_is_wrong_is_told_by_field(answer, client, wrong, field) -> None:
    data = wrong if field == "value" else {"value": "up", **wrong}
    assert field in wrong_fields(client.put(door(answer), data, content_type=JSON))
    assert given() == []


def test_a_question_is_not_rated(answer, client) -> None:
    response = put(client, answer.parent, "up")
    assert response.status_code == 409
    assert response.json()["error"]["message"] == "Only an answer can be rated."


def test_the_receipt_is_the_same_as_that_of_the_page(answer, client) -> None:
    answer.generations.update(receipt={"usage": {"input_tokens": 5}})
    waiting_call(answer, "Ulm")
    shown = client.get(door(answer, "receipt")).json()
    page = reverse("receipt_json", args=[answer.conversation.public_id, answer.public_id])
    assert shown == client.get(page).json()
    assert shown["message"] == str(answer.public_id)
    assert shown["generations"][0]["receipt"] == {"usage": {"input_tokens": 5}}
    assert shown["generations"][0]["tool_calls"][0]["arguments"] == {"text": "Ulm"}


def test_a_question_has_no_receipt(answer, client) -> None:
    assert client.get(door(answer.parent, "receipt")).status_code == 404


def test_somebody_elses_answer_does_not_exist(alice, bob, client) -> None:
    theirs = turn_in(conversation_of(bob), "Hi", "Hello")
    Feedback.objects.create(message=theirs, value="up")
    assert put(client, theirs, "down").status_code == 404
    assert client.delete(door(theirs)).status_code == 404
    assert client.get(door(theirs, "receipt")).status_code == 404
    assert given() == [("up", "")]


def test_an_answer_is_found_in_its_own_conversation_only(alice, answer, client) -> None:
    other = conversation_of(alice)
    url = door(answer).replace(str(answer.conversation.public_id), str(other.public_id))
    assert client.put(url, {"value": "up"}, content_type=JSON).status_code == 404
    url = door(answer).replace(str(answer.public_id), str(uuid4()))
    assert client.delete(url).status_code == 404


def test_a_key_needs_the_scope(alice, answer, client) -> None:
    assert may(client, alice, "put", door(answer), {}) == {"chat"}
    assert may(client, alice, "delete", door(answer)) == {"chat"}
    assert may(client, alice, "get", door(answer, "receipt")) == {"read", "chat"}


async def test_versions_are_named_and_compared(alice, aclient, model) -> None:
    first = (await send(aclient)).json()["message"]
    again = (await aclient.post(at(first, door="regenerate"), {}, JSON)).json()["message"]
    assert again["versions"] == [first["id"], again["id"]]
    told = (await aclient.get(at(again, door="compare"))).json()
    assert told["is_equal"]
    assert [side["id"] for side in told["sides"]] == again["versions"]
    other = f"{at(first, door='compare')}?other={again['id']}"
    assert (await aclient.get(other)).json()["sides"] == told["sides"]
    itself = f"{at(first, door='compare')}?other={first['id']}"
    assert (await aclient.get(itself)).status_code == 404


async def test_a_thumb_is_told_with_its_reason(alice, aclient, model) -> None:
    message = (await send(aclient)).json()["message"]
    assert message["feedback"] is None
    await aclient.put(at(message, door="feedback"), {"value": "down", "reason": "Wrong"}, JSON)
    told = (await aclient.get(at(message))).json()["message"]
    assert told["feedback"] == {"value": "down", "reason": "Wrong"}
