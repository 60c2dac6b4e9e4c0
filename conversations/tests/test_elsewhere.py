"""Answers that another server process writes."""

import asyncio
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from conversations import this_host
from conversations.answering import elsewhere, runner, saving
from conversations.carrying.hub import Frame, Request, Subscription, Wish, conversation_topic, hub
from conversations.models import Generation, ServerProcess
from conversations.showing.streamer import serve_request
from conversations.tests.rows import generation_of, say
from conversations.tests.scripted import never
from conversations.tests.tabs import frames_until_silence, opened
from conversations.tests.talking import begin, end_of, text_of, until
from routing.types import Finished, TextDelta

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def requests(monkeypatch) -> list[tuple[int, Request]]:
    """What was asked of other processes."""
    asked: list[tuple[int, Request]] = []
    monkeypatch.setattr(hub, "request", lambda *request: asked.append(request))
    monkeypatch.setattr(elsewhere, "END_SECONDS", 0.3)
    return asked


@sync_to_async
def being_written(conversation, beat: float = 0.0) -> Generation:
    """On another host, whose heart beat so many seconds ago."""
    at = timezone.now() - timedelta(seconds=beat)
    process = ServerProcess.objects.create(host="another", pid=1, heartbeat_at=at)
    say(conversation, "user", "Hi")
    return generation_of(say(conversation, "assistant", "Half", "generating"), process=process)


async def test_a_stop_reaches_the_process_and_stays_in_the_row(
    alice, conversation, requests
) -> None:
    running = await being_written(conversation)
    assert not await runner.stop(running.message)
    topic = conversation_topic(conversation.public_id)
    wish = Request(Wish.STOP, running.message.public_id, topic)
    assert requests == [(running.process_id, wish)]
    await running.arefresh_from_db()
    assert running.stop_requested_at
    assert running.status == "generating"


async def test_a_stop_waits_for_the_end(alice, conversation, requests) -> None:
    running = await being_written(conversation)
    stopping = asyncio.create_task(runner.stop(running.message))
    await asyncio.sleep(0.05)
    await Generation.objects.filter(id=running.id).aupdate(status="stopped")
    assert await stopping


async def test_a_stop_where_the_process_is_gone_marks_the_answer_and_tells_the_pages(
    alice, conversation, requests
) -> None:
    lost = await being_written(conversation, beat=60)
    page = Subscription()
    hub.subscribe(page, conversation_topic(conversation.public_id))
    key = lost.message.public_id
    assert await runner.stop(lost.message)
    await lost.arefresh_from_db()
    assert (lost.status, requests) == ("interrupted", [])
    assert [frame.whole for frame in page.take()] == [key]


async def test_deleting_stops_answers_elsewhere(alice, conversation, requests) -> None:
    await being_written(conversation)
    await runner.stop_all(conversation)
    assert [request.wish for _, request in requests] == [Wish.STOP]


async def test_a_wish_in_the_row_is_seen_at_the_next_checkpoint(alice, model, monkeypatch) -> None:
    monkeypatch.setattr(runner, "CHECKPOINT_SECONDS", 0.02)
    model.does(TextDelta("Half"), never())
    turn = await begin(alice)
    await Generation.objects.filter(id=turn.generation.id).aupdate(stop_requested_at=timezone.now())
    assert (await end_of(turn)).finish_reason == "cancelled"


async def test_an_answer_that_was_taken_for_lost_is_neither_saved_nor_written_on(
    alice, model, monkeypatch
) -> None:
    monkeypatch.setattr(runner, "CHECKPOINT_SECONDS", 0.02)
    gate = asyncio.Event()
    model.does(gate, TextDelta("Too late"), Finished("stop"))
    turn = await begin(alice)
    rows = Generation.objects.filter(id=turn.generation.id)
    await rows.aupdate(status="interrupted", finish_reason="interrupted")
    gate.set()
    ended = await end_of(turn)
    assert (ended.status, await text_of(ended.message)) == ("interrupted", "")


async def test_a_request_to_stop_stops(alice, model) -> None:
    model.does(TextDelta("Half"), never())
    turn = await begin(alice)
    serve_request(Request(Wish.STOP, turn.answer.public_id, "conversation:1"))
    assert (await end_of(turn)).finish_reason == "cancelled"


async def test_a_request_to_show_is_answered_with_the_whole_article(alice, model) -> None:
    model.does(TextDelta("Half a sentence"), never())
    turn = await begin(alice)
    live = runner.LiveGeneration.get(turn.generation.public_id)
    await until(lambda: live.transcript.text)
    await asyncio.sleep(0.1)
    page, key = Subscription(), turn.answer.public_id
    hub.subscribe(page, "conversation:1")
    page.forget(0, set(), {key})
    serve_request(Request(Wish.SHOW, key, "conversation:1"))
    (snapshot,) = page.take()
    assert snapshot.is_snapshot
    assert "Half a sentence" in snapshot.html


async def test_a_page_that_comes_in_the_middle_asks_and_shows_nothing_that_does_not_fit(
    alice, conversation, requests
) -> None:
    running = await being_written(conversation)
    key, topic = running.message.public_id, conversation_topic(conversation.public_id)
    page = await opened(conversation, revision=0)
    await until(lambda: bool(requests))
    assert requests == [(running.process_id, Request(Wish.SHOW, key, topic))]
    await frames_until_silence(page)
    for frame in (
        Frame("<p>early</p>", message=key),
        Frame("<p>whole</p>", message=key, whole=key),
        Frame("<p>later</p>", message=key),
    ):
        hub.publish(topic, frame)
    assert "".join(await frames_until_silence(page)) == "<p>whole</p><p>later</p>"
    await page.disconnect()


async def test_what_this_process_writes_is_asked_of_nobody(alice, model, requests) -> None:
    model.does(TextDelta("Half"), never())
    turn = await begin(alice)
    page = await opened(turn.conversation, revision=1)
    await frames_until_silence(page)
    assert requests == []
    await page.disconnect()


@pytest.mark.django_db
def test_a_process_whose_row_was_tidied_away_gets_it_back() -> None:
    saving.beat(4711)
    assert ServerProcess.objects.get(id=4711).host == this_host.name()
    saving.beat(4711)
    assert ServerProcess.objects.count() == 1
