"""The sidebar's news: one list for all pages, and nothing lost."""

import asyncio

import pytest
from asgiref.sync import sync_to_async

from chatstudio.models import User
from conversations.carrying.hub import Frame, Subscription, hub, person_topic
from conversations.models import Conversation
from conversations.showing import frames, sidebars
from conversations.tests.rows import conversation_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SETTLE_SECONDS", "HOLD_SECONDS", "HOLD_PER_PAGE"):
        monkeypatch.setattr(sidebars, name, 0.01)


def page_of(person: User) -> Subscription:
    page = Subscription()
    hub.subscribe(page, person_topic(person.id))
    return page


async def next_frames(page: Subscription) -> list[Frame]:
    async with asyncio.timeout(30):
        await page.wait()
    return page.take()


async def test_many_changes_are_one_list_for_every_page(
    alice: User, conversation: Conversation
) -> None:
    pages = page_of(alice), page_of(alice)
    for _ in range(50):
        sidebars.want_sidebar(alice.id)
    (one,), (other,) = [await next_frames(page) for page in pages]
    assert one is other
    assert conversation.title in one.html
    assert "aria-current" not in one.html
    marked = frames.marked_as_current(one.html, conversation.public_id)
    assert marked.count('aria-current="page"') == 1


async def test_a_change_after_the_list_was_made_is_news_again(alice: User) -> None:
    page = page_of(alice)
    sidebars.want_sidebar(alice.id)
    (before,) = await next_frames(page)
    await sync_to_async(conversation_of)(alice, title="Just now")
    sidebars.want_sidebar(alice.id)
    (after,) = await next_frames(page)
    assert "Just now" in after.html
    assert before.sidebar != after.sidebar


async def test_nobody_elses_list_comes(alice: User, bob: User) -> None:
    await sync_to_async(conversation_of)(bob, title="Bob's")
    page = page_of(alice)
    sidebars.want_sidebar(bob.id)
    sidebars.want_sidebar(alice.id)
    (only,) = await next_frames(page)
    assert "Bob" not in only.html
