"""What a page without a websocket is told when it asks."""

import pytest
from asgiref.sync import sync_to_async
from django.urls import reverse

from conversations.tests.rows import conversation_of, turn_in

pytestmark = pytest.mark.django_db(transaction=True)


def shown(conversation, **seen: str) -> dict[str, str]:
    return {"revision": str(conversation.revision), "version": "", "sidebar": "", **seen}


async def test_what_follows_the_last_message_is_appended(alice, conversation, aclient) -> None:
    first = await sync_to_async(turn_in)(conversation, "One", "Two")
    await sync_to_async(turn_in)(conversation, "Three", "Four")
    seen = shown(conversation, revision="old", last=str(first.public_id))
    html = (await aclient.get(reverse("live", args=[conversation.public_id]), seen)).text
    assert 'hx-swap-oob="beforeend:#messages"' in html
    assert "One" not in html
    assert "Four" in html


async def test_another_branch_is_shown_anew(alice, conversation, aclient) -> None:
    await sync_to_async(turn_in)(conversation, "One", "Two")
    seen = shown(conversation, revision="old", last="gone")
    html = (await aclient.get(reverse("live", args=[conversation.public_id]), seen)).text
    assert '<div id="messages"' in html


async def test_nothing_new_is_no_content(alice, conversation, aclient) -> None:
    await sync_to_async(turn_in)(conversation, "One", "Two")
    url, seen = reverse("live", args=[conversation.public_id]), shown(conversation)
    html = (await aclient.get(url, seen)).text
    seen["sidebar"] = html.split('data-digest="')[1].split('"')[0]
    assert (await aclient.get(url, seen)).status_code == 204


async def test_a_strangers_conversation_is_not_there(alice, bob, aclient) -> None:
    theirs = await sync_to_async(conversation_of)(bob)
    url = reverse("live", args=[theirs.public_id])
    assert (await aclient.get(url)).status_code == 404
