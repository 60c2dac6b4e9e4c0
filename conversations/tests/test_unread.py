"""An answer that ended while its owner did not look, until they do."""

import asyncio
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async

from conversations.answering.seam import in_thread
from conversations.answering.services import mark_read
from conversations.carrying.hub import (
    Frame,
    Subscription,
    conversation_topic,
    hub,
    person_topic,
)
from conversations.models import Conversation
from conversations.revisions import end_turn
from conversations.showing import polling
from conversations.tests.tabs import frames_until_silence, opened
from conversations.tests.talking import SOON, talk


def is_unread(conversation: Conversation) -> bool:
    return Conversation.objects.get(id=conversation.id).unread_since is not None


async def until_read(conversation: Conversation) -> None:
    async with asyncio.timeout(SOON):
        while await sync_to_async(is_unread)(conversation):
            await asyncio.sleep(0.01)


@pytest.fixture
def unread(conversation: Conversation) -> Conversation:
    end_turn(conversation, is_seen=False)
    conversation.refresh_from_db()
    return conversation


@pytest.mark.django_db
def test_an_answer_that_is_seen_is_none(conversation) -> None:
    end_turn(conversation, is_seen=True)
    assert not is_unread(conversation)


@pytest.mark.django_db
def test_opening_the_page_reads_it(client, alice, unread) -> None:
    assert is_unread(unread)
    assert "(not read yet)" not in client.get(f"/chat/{unread.public_id}/").text
    assert not is_unread(unread)


@pytest.mark.django_db
def test_a_page_that_is_only_fetched_in_advance_does_not(client, unread) -> None:
    client.get(f"/chat/{unread.public_id}/", headers={"Sec-Purpose": "prefetch"})
    assert is_unread(unread)


@pytest.mark.django_db
def test_another_page_does_not(client, unread) -> None:
    assert "(not read yet)" in client.get("/chat/").text
    assert is_unread(unread)


@pytest.mark.django_db
def test_a_page_that_asks_reads_it(alice, unread) -> None:
    polling.news(alice, unread, polling.Seen("", "", "", ""), None)
    assert not is_unread(unread)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_open", [True, False])
async def test_an_answer_is_unread_where_no_page_shows_it(
    alice, conversation, model, is_open: bool
) -> None:
    topic = conversation_topic(conversation.public_id)
    page = Subscription()
    if is_open:
        hub.subscribe(page, topic)
    await talk(alice, "Hi", conversation)
    hub.unsubscribe(page, topic)
    assert await sync_to_async(is_unread)(conversation) is not is_open


@pytest.mark.django_db(transaction=True)
async def test_a_page_that_connects_reads_it(alice, unread) -> None:
    page = await opened(unread)
    await until_read(unread)
    await page.disconnect()


@pytest.mark.django_db(transaction=True)
async def test_a_page_reads_what_another_process_has_written(
    alice, conversation, monkeypatch
) -> None:
    monkeypatch.setattr(hub, "reaches_others", True, raising=False)
    page = await opened(conversation)
    await frames_until_silence(page)
    await sync_to_async(end_turn)(conversation, is_seen=False)
    hub.publish(conversation_topic(conversation.public_id), Frame("<p></p>", whole=uuid4()))
    await until_read(conversation)
    await page.disconnect()


@pytest.mark.django_db(transaction=True)
async def test_other_pages_are_told_that_it_is_read(alice, unread) -> None:
    other = Subscription()
    hub.subscribe(other, person_topic(alice.id))
    await in_thread(mark_read, unread)
    assert other.take() == [Frame()]
    await in_thread(mark_read, unread)
    assert other.take() == []
