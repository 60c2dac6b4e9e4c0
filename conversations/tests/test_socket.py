"""What an open page hears over its websocket."""

import asyncio

import pytest
from asgiref.sync import sync_to_async

from conversations.answering import runner, services, turns
from conversations.answering.seam import in_thread
from conversations.carrying.hub import (
    Frame,
    Subscription,
    conversation_topic,
    hub,
    person_topic,
)
from conversations.consumers import ChatConsumer
from conversations.lookup import message_for
from conversations.models import Conversation
from conversations.showing.sidebar import sidebar_for
from conversations.tests.rows import conversation_of, turn_in
from conversations.tests.scripted import never
from conversations.tests.tabs import frames_until_silence, opened, tab
from conversations.tests.talking import begin, end_of, talk, until
from routing.types import TextDelta

pytestmark = pytest.mark.django_db(transaction=True)


async def up_to_date(alice, conversation: Conversation):
    """A page that has shown all there is."""
    sidebar = await sync_to_async(sidebar_for)(alice, conversation.public_id)
    return await opened(conversation, revision=conversation.revision, sidebar=sidebar.digest)


async def test_a_page_that_missed_nothing_hears_nothing(alice, conversation) -> None:
    page = await up_to_date(alice, conversation)
    assert await frames_until_silence(page) == []
    await page.disconnect()


async def test_a_page_that_missed_something_gets_a_fresh_picture(alice, conversation) -> None:
    await sync_to_async(turn_in)(conversation, "Hi", "Hello there")
    page = await opened(conversation, revision=99)
    picture = (await frames_until_silence(page))[0]
    assert 'id="messages"' in picture
    assert "Hello there" in picture
    assert 'data-revision="0"' in picture
    await page.disconnect()


async def test_a_page_with_an_old_sidebar_gets_the_list(alice, conversation) -> None:
    page = await opened(conversation, revision=conversation.revision, sidebar="old")
    frames = await frames_until_silence(page)
    assert ['id="sidebar-list"' in frame for frame in frames] == [True]
    await page.disconnect()


async def test_a_turn_from_another_tab_is_shown_live(alice, conversation, model) -> None:
    page = await up_to_date(alice, conversation)
    await talk(alice, "From the other tab", conversation)
    heard = "".join(await frames_until_silence(page))
    assert "From the other tab" in heard
    assert "Hello" in heard
    await page.disconnect()


async def test_a_page_that_comes_in_the_middle_sees_what_is_written(
    alice, conversation, model
) -> None:
    model.does(TextDelta("Half a sentence"), never())
    turn = await begin(alice, "Hi", conversation)
    await until(lambda: runner.LiveGeneration.get(turn.generation.public_id).transcript.text)
    await asyncio.sleep(0.1)
    page = await up_to_date(alice, turn.conversation)
    assert "Half a sentence" in "".join(await frames_until_silence(page))
    await page.disconnect()


async def test_an_append_that_the_picture_contains_is_not_shown_twice(
    alice, conversation, model
) -> None:
    ended = await talk(alice, "Only once", conversation)
    page = await opened(conversation, revision=0, sidebar="")
    topic = conversation_topic(conversation.public_id)
    await frames_until_silence(page)
    revision = ended.message.conversation.revision
    hub.publish(topic, Frame("<article>Only once</article>", revision=revision))
    assert await frames_until_silence(page) == []
    await page.disconnect()


async def test_a_new_name_is_heard_everywhere(alice, conversation) -> None:
    page, other = await up_to_date(alice, conversation), await opened()
    await frames_until_silence(other)
    await in_thread(services.rename, conversation, "Warm houses")
    assert "Warm houses" in "".join(await frames_until_silence(page))
    assert "Warm houses" in "".join(await frames_until_silence(other))
    for each in (page, other):
        await each.disconnect()


async def test_bobs_sidebar_is_not_alices(alice, bob, model) -> None:
    page = await opened()
    await frames_until_silence(page)
    await talk(bob, "His secret")
    assert await frames_until_silence(page) == []
    await page.disconnect()


async def test_a_slow_reader_is_held_back_and_then_gets_a_fresh_picture(
    alice, conversation, monkeypatch
) -> None:
    monkeypatch.setattr(ChatConsumer, "WINDOW", 3)
    page = await up_to_date(alice, conversation)
    topic = conversation_topic(conversation.public_id)
    for number in range(3):
        hub.publish(topic, Frame(f"<p>{number}</p>"))
        assert await page.receive_from(timeout=30) == f"<p>{number}</p>"
    for _ in range(500):
        hub.publish(topic, Frame("<p>too much</p>"))
        await asyncio.sleep(0)
    assert await page.receive_nothing()
    await page.send_to("ack 3")
    frames = await frames_until_silence(page)
    assert 'id="messages"' in frames[0]
    assert "too much" not in "".join(frames)
    await page.disconnect()


async def test_after_the_fresh_picture_frames_flow_again(alice, conversation, monkeypatch) -> None:
    monkeypatch.setattr(ChatConsumer, "WINDOW", 1)
    page = await up_to_date(alice, conversation)
    topic = conversation_topic(conversation.public_id)
    hub.publish(topic, Frame("<p>1</p>"))
    await page.receive_from(timeout=30)
    hub.publish(topic, Frame("<p>2</p>"))
    assert await page.receive_nothing()
    await page.send_to("ack 1")
    picture = await frames_until_silence(page)
    await page.send_to(f"ack {1 + len(picture)}")
    assert await page.receive_nothing()
    hub.publish(topic, Frame("<p>3</p>"))
    assert await page.receive_from(timeout=30) == "<p>3</p>"
    await page.disconnect()


async def test_a_page_that_has_lost_its_place_gets_a_fresh_picture(alice, conversation) -> None:
    page = await up_to_date(alice, conversation)
    await page.send_to("lost")
    assert 'id="messages"' in (await frames_until_silence(page))[0]
    await page.disconnect()


async def test_growth_comes_in_messages_of_its_own(alice, conversation) -> None:
    page = await up_to_date(alice, conversation)
    await frames_until_silence(page)
    for html in ("<p>1</p>", "<p>2</p>", "[3]", "[4]", "<p>5</p>"):
        hub.publish(conversation_topic(conversation.public_id), Frame(html))
    assert await frames_until_silence(page) == ["<p>1</p><p>2</p>", "[3]", "[4]", "<p>5</p>"]
    await page.disconnect()


async def test_an_acknowledgement_takes_no_thread(alice, conversation, monkeypatch) -> None:
    page = await up_to_date(alice, conversation)
    await frames_until_silence(page)
    monkeypatch.setattr("channels.consumer.aclose_old_connections", lambda: 1 / 0)
    await page.send_to("ack 0")
    hub.publish(conversation_topic(conversation.public_id), Frame("<p>1</p>"))
    assert await page.receive_from(timeout=30) == "<p>1</p>"
    monkeypatch.undo()
    await page.disconnect()


@pytest.mark.parametrize(
    "word", ["ack", "ack x", "ack -1", "ack 99999", "hello", "<script>", "ack ²"]
)
async def test_words_of_a_page_that_mean_nothing_do_nothing(alice, conversation, word) -> None:
    page = await up_to_date(alice, conversation)
    await page.send_to(word)
    hub.publish(conversation_topic(conversation.public_id), Frame("<p>1</p>"))
    assert await page.receive_from(timeout=30) == "<p>1</p>"
    await page.disconnect()


async def test_bytes_do_nothing(alice, conversation) -> None:
    page = await up_to_date(alice, conversation)
    await page.send_to(bytes_data=b"\xff\xfe")
    hub.publish(conversation_topic(conversation.public_id), Frame("<p>1</p>"))
    assert await page.receive_from(timeout=30) == "<p>1</p>"
    await page.disconnect()


async def test_a_page_that_leaves_leaves_nothing(alice, conversation) -> None:
    page = await up_to_date(alice, conversation)
    await page.disconnect()
    assert not hub._topics


async def test_an_answer_goes_on_when_the_page_leaves(alice, conversation, model) -> None:
    gate = asyncio.Event()
    model.does(TextDelta("Hello"), gate, TextDelta(" there"))
    page = await up_to_date(alice, conversation)
    turn = await begin(alice, "Hi", conversation)
    await page.disconnect()
    gate.set()
    assert (await end_of(turn)).finish_reason == "ended_early"


async def test_a_conversation_that_is_deleted_while_it_is_open(alice, conversation, model) -> None:
    model.does(never())
    page = await up_to_date(alice, conversation)
    turn = await begin(alice, "Hi", conversation)
    await in_thread(services.hide, turn.conversation)
    await runner.stop_all(turn.conversation)
    assert (await end_of(turn)).status == "stopped"
    await frames_until_silence(page)
    await page.disconnect()


async def test_bobs_conversation_is_refused(alice, bob) -> None:
    his = await sync_to_async(conversation_of)(bob)
    assert await tab(his).connect(timeout=30) == (False, 4404)


async def test_a_deleted_conversation_is_refused(alice, conversation) -> None:
    await in_thread(services.hide, conversation)
    assert await tab(conversation).connect(timeout=30) == (False, 4404)


async def test_the_tab_is_known_by_its_name(alice, conversation, model) -> None:
    page = await opened(conversation, tab="tab-1")
    await until(lambda: bool(hub._topics))
    assert await hub.has_tab(conversation_topic(conversation.public_id), "tab-1")
    await page.disconnect()


async def test_try_again_takes_the_old_answer_away_and_shows_the_new_one(
    alice, conversation, model
) -> None:
    first = await talk(alice, "Hi", conversation)
    await conversation.arefresh_from_db()
    page = await up_to_date(alice, conversation)
    message = await sync_to_async(message_for)(
        alice, conversation.public_id, first.message.public_id
    )
    turn = await turns.regenerate_answer(alice, message)
    await end_of(turn)
    heard = "".join(await frames_until_silence(page))
    assert '<div id="messages" class="messages" hx-swap-oob="outerMorph">' in heard
    assert f'id="message-{message.public_id}"' not in heard
    assert f'id="message-{turn.answer.public_id}"' in heard
    await page.disconnect()


async def test_an_overflowing_slot_gets_a_fresh_picture(alice, conversation) -> None:
    page = await up_to_date(alice, conversation)
    await frames_until_silence(page)
    topic = conversation_topic(conversation.public_id)
    for _ in range(Subscription.LIMIT + 1):
        hub.publish(topic, Frame("<p>many</p>"))
    frames = await frames_until_silence(page)
    assert 'id="messages"' in frames[0]
    assert "many" not in "".join(frames)
    await page.disconnect()


async def shows(page, number: int, conversation: Conversation | None, sidebar: str = "") -> None:
    """The page has been exchanged for that of another conversation, or of none."""
    key, revision = (conversation.public_id, conversation.revision) if conversation else ("", 0)
    await page.send_to(f"show {number} {key} {revision} {sidebar}")


async def test_a_page_that_shows_another_conversation_follows_that_one(alice, conversation) -> None:
    other = await sync_to_async(conversation_of)(alice)
    page = await up_to_date(alice, conversation)
    await frames_until_silence(page)
    sidebar = await sync_to_async(sidebar_for)(alice)
    await shows(page, 1, other, sidebar.digest)
    assert await frames_until_silence(page) == ["shown 1"]
    hub.publish(conversation_topic(conversation.public_id), Frame("<p>left</p>"))
    hub.publish(conversation_topic(other.public_id), Frame("<p>came</p>"))
    assert await frames_until_silence(page) == ["<p>came</p>"]
    assert not hub.listeners(conversation_topic(conversation.public_id))
    await page.disconnect()


async def test_what_it_has_missed_comes_behind_the_word_that_it_waits_for(
    alice, conversation
) -> None:
    page = await opened(sidebar="old")
    await frames_until_silence(page)
    await sync_to_async(turn_in)(conversation, "Hi", "Hello there")
    await page.send_to(f"show 7 {conversation.public_id} 99 old")
    said, picture, sidebar = await frames_until_silence(page)
    assert said == "shown 7"
    assert "Hello there" in picture
    assert 'id="sidebar-list"' in sidebar
    assert "aria-current" in sidebar
    await page.disconnect()


async def test_what_is_being_written_there_is_shown_at_once(alice, conversation, model) -> None:
    gate = asyncio.Event()
    model.does(TextDelta("Half a sentence"), gate, TextDelta(" and the rest"))
    page = await opened()
    turn = await begin(alice, "Hi", conversation)
    await until(lambda: runner.LiveGeneration.get(turn.generation.public_id).transcript.text)
    await shows(page, 1, turn.conversation)
    heard = "".join(await frames_until_silence(page))
    assert "Half a sentence" in heard[heard.index("shown 1") :]
    gate.set()
    assert "and the rest" in "".join(await frames_until_silence(page))
    await page.disconnect()


async def test_of_many_conversations_the_last_one_is_followed(alice, conversation) -> None:
    others = [await sync_to_async(conversation_of)(alice) for _ in range(3)]
    page = await up_to_date(alice, conversation)
    for number, other in enumerate(others, 1):
        await shows(page, number, other)
    assert "shown 3" in await frames_until_silence(page)
    heard = [hub.listeners(conversation_topic(one.public_id)) for one in (conversation, *others)]
    assert heard == [0, 0, 0, 1]
    await page.disconnect()


async def test_bobs_conversation_is_followed_no_more_than_one_that_is_not_there(
    alice, bob, conversation
) -> None:
    his = await sync_to_async(conversation_of)(bob)
    await sync_to_async(turn_in)(his, "Secret", "Secret")
    page = await up_to_date(alice, conversation)
    await frames_until_silence(page)
    for number, key in enumerate((his.public_id, "0" * 32, "no-key"), 1):
        await page.send_to(f"show {number} {key} 99 ")
        hub.publish(conversation_topic(his.public_id), Frame("<p>Secret</p>"))
        heard = await frames_until_silence(page)
        assert heard[0] == f"shown {number}"
        assert "Secret" not in "".join(heard)
        assert not hub.listeners(conversation_topic(his.public_id))
    assert hub.listeners(person_topic(alice.id)) == 1
    await page.disconnect()


async def test_what_is_shown_while_another_is_looked_for_is_not_lost(
    alice, conversation, monkeypatch
) -> None:
    page = await up_to_date(alice, conversation)
    await frames_until_silence(page)
    looks, may_look = asyncio.Event(), asyncio.Event()

    async def look_late(call, *args):
        if call.__name__ == "_conversation" and not may_look.is_set():
            looks.set()
            await may_look.wait()
        return await in_thread(call, *args)

    monkeypatch.setattr("conversations.consumers.in_thread", look_late)
    await page.send_to("show 1 " + "0" * 32 + " 99 ")
    await looks.wait()
    await shows(page, 2, conversation)
    may_look.set()
    heard = await frames_until_silence(page)
    assert [words for words in heard if words.startswith("shown")] == ["shown 1", "shown 2"]
    assert hub.listeners(conversation_topic(conversation.public_id)) == 1
    await page.disconnect()


async def test_a_page_that_reads_nothing_is_shown_nothing_else_either(
    alice, conversation, monkeypatch
) -> None:
    monkeypatch.setattr(ChatConsumer, "WINDOW", 1)
    page = await up_to_date(alice, conversation)
    hub.publish(conversation_topic(conversation.public_id), Frame("<p>1</p>"))
    assert await page.receive_from(timeout=30) == "<p>1</p>"
    for number in range(1, 9):
        await shows(page, number, conversation)
    assert await page.receive_nothing()
    await page.send_to("ack 1")
    assert await page.receive_from(timeout=30) == "shown 8"
    await page.disconnect()


@pytest.mark.parametrize(
    "word", ["show", "show 1", "show x y 0 z", "show 1 a b c d", "show ² a 0 b"]
)
async def test_words_that_show_nothing_change_nothing(alice, conversation, word) -> None:
    page = await up_to_date(alice, conversation)
    await frames_until_silence(page)
    await page.send_to(word)
    hub.publish(conversation_topic(conversation.public_id), Frame("<p>1</p>"))
    assert await frames_until_silence(page) == ["<p>1</p>"]
    await page.disconnect()


async def test_the_tab_is_known_where_it_has_gone(alice, conversation) -> None:
    page = await opened(tab="tab-1")
    await frames_until_silence(page)
    topic = conversation_topic(conversation.public_id)
    assert not await hub.has_tab(topic, "tab-1")
    await shows(page, 1, conversation)
    await frames_until_silence(page)
    assert await hub.has_tab(topic, "tab-1")
    await page.disconnect()
