"""Frames of an answer while it is written: few, and together what a reload shows."""

import asyncio
import json
import re
from time import monotonic
from unittest.mock import Mock

import pytest
from asgiref.sync import sync_to_async

from conversations.answering import runner, turns
from conversations.carrying.hub import Frame, Subscription, conversation_topic, hub, person_topic
from conversations.lookup import message_for
from conversations.showing import pages, streamer
from conversations.showing.streamer import STREAMERS
from conversations.tests.rows import conversation_of
from conversations.tests.scripted import never
from conversations.tests.talking import begin, end_of, until
from routing.types import Finished, ReasoningDelta, TextDelta

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(conversation) -> Subscription:
    """A page that has this conversation open and reads everything."""
    page = Subscription()
    hub.subscribe(page, conversation_topic(conversation.public_id))
    return page


@pytest.fixture
def hasty(monkeypatch) -> None:
    for name in ("SHORTEST_HOLD", "RENDERS", "LATENESS"):
        monkeypatch.setattr(streamer, name, 0)
    monkeypatch.setattr(Subscription, "LIMIT", 1000)


async def frames_of_turn(alice, conversation, page) -> list[Frame]:
    await end_of(await begin(alice, "Hi", conversation))
    await until(lambda: "composer-action" in "".join(f.html for f in page._frames))
    await asyncio.sleep(0.05)
    return page.take()


async def test_the_articles_come_first_and_the_final_form_last(
    alice, conversation, page, model
) -> None:
    frames = await frames_of_turn(alice, conversation, page)
    assert frames[0].html.count("<article") == 2
    assert frames[0].revision == 1
    assert 'data-revision="2"' in frames[-1].html
    assert "Hello" in frames[-1].html


async def test_a_fast_answer_takes_few_frames(alice, conversation, page, model) -> None:
    model.does(*[TextDelta(f"word{n} ") for n in range(2000)], Finished("stop"))
    began = monotonic()
    frames = await frames_of_turn(alice, conversation, page)
    assert len(frames) <= 5 + (monotonic() - began) / 0.033
    assert not page.stale
    assert "word1999" in frames[-1].html


async def test_the_first_words_are_shown_at_once(alice, conversation, page, model) -> None:
    model.does(TextDelta("Hello"), never())
    await begin(alice, "Hi", conversation)
    await until(lambda: any("Hello" in frame.html for frame in page._frames))


async def test_a_page_that_comes_in_the_middle_gets_what_was_shown(
    alice, conversation, page, model
) -> None:
    model.does(ReasoningDelta("Hm"), TextDelta("Hello"), never())
    turn = await begin(alice, "Hi", conversation)
    await until(lambda: any("Hello" in frame.html for frame in page._frames))
    shown = pages.article_now(turn.answer.public_id)
    assert "Hello" in shown
    assert "Hm" in shown
    assert pages.running_in(turn.conversation) == {turn.answer.public_id}


async def test_what_grows_comes_as_what_was_added(alice, conversation, page, model, hasty) -> None:
    """Numbered from the article on, so that a page knows what it has missed."""
    model.does(*[TextDelta(f"word{n} ") for n in range(2000)], Finished("stop"))
    frames = await frames_of_turn(alice, conversation, page)
    grown = [json.loads(frame.html) for frame in frames if frame.html.startswith("[")]
    first = next(frame.html for frame in frames if "data-shown" in frame.html)
    shown = int(re.search(r'data-shown="(\d+)"', first)[1])
    assert [number for _, number, *_ in grown] == list(range(shown + 1, shown + 1 + len(grown)))
    assert len(grown) > 2
    assert all(path == [0] for _, _, _, (block, text, path) in grown)
    assert sum(len(frame.html) for frame in frames if frame.html[0] == "[") < 30_000


async def test_a_continued_answer_is_numbered_from_its_first_flush(
    alice, conversation, page, model
) -> None:
    model.does(TextDelta("Half"), Finished("length"))
    ended = await end_of(await begin(alice, "Hi", conversation))
    await until(lambda: "Half" in "".join(frame.html for frame in page.take()))
    model.does(TextDelta(" and"), never())
    message = await sync_to_async(message_for)(
        alice, conversation.public_id, ended.message.public_id
    )
    await turns.continue_answer(alice, message)
    await until(lambda: any("data-shown" in frame.html for frame in page._frames))
    await until(lambda: "Half and" in pages.article_now(ended.message.public_id))


async def test_a_long_answer_is_rendered_beside_the_others(
    alice, conversation, page, model, hasty, monkeypatch
) -> None:
    monkeypatch.setattr(streamer, "LONG", 100)
    seen = Mock(side_effect=asyncio.to_thread)
    monkeypatch.setattr(asyncio, "to_thread", seen)
    model.does(*[TextDelta("word ")] * 500, Finished("stop"))
    frames = await frames_of_turn(alice, conversation, page)
    assert seen.mock_calls
    assert frames[-1].html.count("word ") >= 500


async def test_what_another_part_follows_is_caught_up_with(
    alice, conversation, page, model, hasty, monkeypatch
) -> None:
    monkeypatch.setattr(streamer, "STEP", 40)
    thoughts, text = (" ".join(f"{kind}{n}" for n in range(100)) for kind in "tw")
    model.does(ReasoningDelta(thoughts), TextDelta(text), never())
    turn = await begin(alice, "Hi", conversation)
    await until(lambda: "w99" in pages.article_now(turn.answer.public_id))
    article = pages.article_now(turn.answer.public_id)
    assert thoughts in article
    assert text in article
    frames = "\n".join(frame.html for frame in page.take())
    shown = re.findall(r'data-shown="(\d+)"|^\["\w+",(\d+),([01]),', frames, re.MULTILINE)
    assert [int(one or other) for one, other, _ in shown] == list(range(1, len(shown) + 1))
    assert {part for *_, part in shown if part} == {"0", "1"}


async def test_while_it_waits_the_page_says_what_for(alice, conversation, page, model) -> None:
    model.does(never())
    await begin(alice, "Hi", conversation, model_name="echo")
    assert "Waiting for echo" in page.take()[0].html


async def test_a_page_hears_of_an_answer_that_is_silent(
    alice, conversation, page, model, monkeypatch
) -> None:
    for name in ("FIRST_LOOK_SECONDS", "NEXT_LOOK_SECONDS", "QUIET_SECONDS"):
        monkeypatch.setattr(streamer, name, 0.001)
    model.does(TextDelta("Hello"), never())
    await begin(alice, "Hi", conversation)
    await until(lambda: any("Hello" in frame.html for frame in page._frames))
    page.take()
    await until(lambda: len(page._frames) > 2)
    assert all('class="message-status"' in frame.html for frame in page.take())


async def test_it_says_for_how_long_it_has_waited(
    alice, conversation, page, model, monkeypatch
) -> None:
    for name in ("FIRST_LOOK_SECONDS", "NEXT_LOOK_SECONDS", "QUIET_SECONDS"):
        monkeypatch.setattr(streamer, name, 0.001)
    model.does(never())
    turn = await begin(alice, "Hi", conversation)
    await until(lambda: any("Reading" in frame.html for frame in page._frames))
    STREAMERS[turn.answer.public_id]._status_since -= 12
    told = re.compile(r'data-seconds="(\d\d)">\s*\1 s')
    await until(lambda: any(told.search(frame.html) for frame in page._frames))
    assert told.search(pages.article_now(turn.answer.public_id))


async def test_a_failing_renderer_still_ends_in_the_final_form(
    alice, conversation, page, model, monkeypatch
) -> None:
    monkeypatch.setattr("conversations.showing.streamer.Streamer._flush", lambda self: 1 / 0)
    frames = await frames_of_turn(alice, conversation, page)
    assert "Hello" in frames[-1].html
    assert STREAMERS == {}


async def test_other_conversations_hear_nothing_of_it(alice, conversation, page, model) -> None:
    other = await sync_to_async(conversation_of)(alice)
    await end_of(await begin(alice, "Hi", other))
    assert page.take() == []


async def test_the_sidebar_hears_of_begin_and_end(alice, conversation, model) -> None:
    sidebar = Subscription()
    hub.subscribe(sidebar, person_topic(alice.id))
    model.does(go := asyncio.Event(), TextDelta("Hello"), Finished("stop"))
    turn = await begin(alice, "Hi", conversation)
    assert sidebar.take() == [Frame()]
    go.set()
    await end_of(turn)
    await until(lambda: sidebar._frames)


async def test_a_stop_is_shown(alice, conversation, page, model) -> None:
    model.does(TextDelta("Half"), never())
    turn = await begin(alice, "Hi", conversation)
    await until(lambda: any("Half" in frame.html for frame in page._frames))
    await runner.stop(turn.answer)
    await until(lambda: "Stopped." in "".join(frame.html for frame in page._frames))
