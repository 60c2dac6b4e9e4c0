"""A thumb up or down: given, changed, taken back, explained; live on every tab."""

import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conversations.carrying.hub import Subscription, conversation_topic, hub
from conversations.models import Conversation, Feedback, Message
from conversations.tests.rows import conversation_of, say, turn_in
from conversations.tests.tabs import frames_until_silence, opened

pytestmark = pytest.mark.django_db(transaction=True)

HTMX = {"HX-Request": "true"}


@pytest.fixture
def answer(conversation: Conversation) -> Message:
    return turn_in(conversation, "Hi", "Hello")


def door(message: Message) -> str:
    return reverse("feedback", args=[message.conversation.public_id, message.public_id])


def given(message: Message) -> tuple[str, str] | None:
    row = Feedback.objects.filter(message=message).first()
    return (row.value, row.reason) if row else None


def pressed(html: str, value: str) -> bool:
    button = html.split(f'value="{value}"')[1].split(">")[0]
    return 'aria-pressed="true"' in button


@pytest.mark.parametrize("value", ["up", "down"])
def test_a_thumb_is_kept_and_shown(answer, client, value) -> None:
    response = client.post(door(answer), {"value": value})
    assert given(answer) == (value, "")
    html = client.get(response.url).text
    assert [pressed(html, one) for one in ("up", "down")] == [value == "up", value == "down"]


def test_a_plain_form_leads_back_to_the_answer(answer, client) -> None:
    page = reverse("conversation", args=[answer.conversation.public_id])
    response = client.post(door(answer), {"value": "up"})
    assert response.url == f"{page}#message-{answer.public_id}"


def test_the_same_thumb_takes_it_back(answer, client) -> None:
    for _ in range(2):
        client.post(door(answer), {"value": "up"})
    assert given(answer) is None


def test_the_other_thumb_takes_its_place_without_the_old_reason(answer, client) -> None:
    client.post(door(answer), {"value": "down", "reason": "Wrong"})
    client.post(door(answer), {"value": "up"})
    assert given(answer) == ("up", "")


def test_a_reason_is_kept_and_can_be_changed(answer, client) -> None:
    client.post(door(answer), {"value": "down", "reason": "Too long"})
    client.post(door(answer), {"value": "down", "reason": "Too long, and wrong"})
    assert given(answer) == ("down", "Too long, and wrong")
    assert "Too long, and wrong" in client.get(door(answer)).text


def test_a_reason_can_be_taken_away_and_the_thumb_stays(answer, client) -> None:
    client.post(door(answer), {"value": "down", "reason": "Wrong"})
    client.post(door(answer), {"value": "down", "reason": ""})
    assert given(answer) == ("down", "")


@pytest.mark.parametrize("data", [{}, {"value": "sideways"}, {"reason": "Why not"}])
def test_what_is_no_thumb_is_said(answer, client, data) -> None:
    response = client.post(door(answer), data)
    assert response.status_code == 422
    assert "Choose the thumb up or the thumb down." in response.text
    assert given(answer) is None


def test_a_reason_that_is_too_long_stays_in_the_box(answer, client) -> None:
    reason = "why " * 600
    response = client.post(door(answer), {"value": "up", "reason": reason})
    assert response.status_code == 422
    assert "at most 2,000 characters" in response.text
    assert reason.strip() in response.text


@pytest.mark.parametrize("status", ["waiting", "generating", "awaiting_approval"])
def test_an_answer_that_is_not_finished_is_not_rated(conversation, client, status) -> None:
    message = turn_in(conversation, "Hi", "Half", status)
    response = client.post(door(message), {"value": "up"})
    assert response.status_code == 409
    assert "still being written" in response.text
    assert given(message) is None


def test_a_question_is_not_rated(conversation, client) -> None:
    response = client.post(door(say(conversation, "user", "Hi")), {"value": "up"})
    assert response.status_code == 409
    assert "Only an answer can be rated." in response.text


def test_a_refusal_is_a_toast_for_htmx(conversation, client) -> None:
    message = turn_in(conversation, "Hi", "Half", "generating")
    response = client.post(door(message), {"value": "up"}, headers=HTMX)
    assert 'hx-swap-oob="beforeend:#toasts"' in response.text


def test_a_page_without_a_socket_gets_the_article(answer, client) -> None:
    html = client.post(door(answer), {"value": "up"}, headers=HTMX).text
    assert f'id="message-{answer.public_id}"' in html
    assert pressed(html, "up")


async def test_a_page_with_a_socket_gets_it_there(conversation, aclient) -> None:
    answer = await sync_to_async(turn_in)(conversation, "Hi", "Hello")
    hub.subscribe(Subscription("tab-1"), conversation_topic(conversation.public_id))
    data = {"value": "up", "tab": "tab-1"}
    response = await aclient.post(door(answer), data, headers=HTMX)
    assert response.status_code == 204


async def test_the_other_tabs_see_it(conversation, aclient) -> None:
    answer = await sync_to_async(turn_in)(conversation, "Hi", "Hello")
    other = await opened(conversation, revision=0)
    await frames_until_silence(other)
    await aclient.post(door(answer), {"value": "down"}, headers=HTMX)
    html = "".join(await frames_until_silence(other))
    assert f'id="message-{answer.public_id}"' in html
    assert pressed(html, "down")
    await other.disconnect()


def test_a_page_that_comes_back_knows_that_it_missed_something(answer, client) -> None:
    before = answer.conversation.revision
    client.post(door(answer), {"value": "up"})
    assert Conversation.objects.get().revision == before + 1


def test_a_hostile_reason_is_text(answer, client) -> None:
    evil = "</textarea><script>alert(1)</script>"
    client.post(door(answer), {"value": "down", "reason": evil})
    assert evil not in client.get(door(answer)).text


def test_it_goes_with_its_message(answer, client) -> None:
    client.post(door(answer), {"value": "up"})
    Conversation.objects.all().delete()
    assert not Feedback.objects.exists()


def test_thumbs_cost_no_query_a_message(alice, client) -> None:
    costs = []
    for count in (2, 12):
        conversation = conversation_of(alice)
        for _ in range(count):
            Feedback.objects.create(message=turn_in(conversation, "Hi", "Hello"), value="up")
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("conversation", args=[conversation.public_id]))
        costs.append(len(captured))
    assert costs[0] == costs[1]
