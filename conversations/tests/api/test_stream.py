"""The answer as server-sent events: numbered, held for who comes back, to the end."""

import asyncio
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async

from conversations.answering.generation import HELD, REGISTRY, Follower
from conversations.api import streaming
from conversations.api.event_shapes import OURS
from conversations.api.turns import stream_turn
from conversations.models import Message
from conversations.tests.api.asking import JSON, STREAM, Told, all_told, at, send, told
from conversations.tests.rows import say
from conversations.tests.scripted import never
from conversations.tests.talking import begin, end_of, until
from routing.errors import StreamFailed
from routing.types import (
    ApprovalNeeded,
    FellBack,
    Finished,
    HistoryCut,
    Notice,
    TextDelta,
    ToolCall,
)

pytestmark = pytest.mark.django_db(transaction=True)


def words(events: list[Told]) -> str:
    """As a program that only reads sees the text grow."""
    text = ""
    for event in events:
        if event.name == "snapshot":
            text = event.data["content"]
        elif event.name == "text_delta":
            text += event.data["text"]
    return text


async def test_every_event_is_numbered_and_the_last_one_has_the_message(
    alice, aclient, model
) -> None:
    response = await send(aclient, url=STREAM)
    events = await all_told(response)
    names = [event.name for event in events]
    assert response["Content-Type"] == "text/event-stream"
    assert names == ["turn_started", "route_chosen", "text_delta", "finished"]
    generation = events[0].id.partition(":")[0]
    assert [event.id for event in events] == [f"{generation}:{n}" for n in (0, 1, 2, "end")]
    message = await Message.objects.aget(role="assistant")
    assert events[0].data["message_id"] == events[-1].data["message"]["id"]
    assert str(message.public_id) == events[0].data["message_id"]
    assert events[-1].data["message"]["content"] == "Hello"
    assert message.status == "complete"


async def test_an_answer_that_has_ended_meanwhile_is_told_event_by_event(alice, model) -> None:
    turn = await begin(alice)
    await end_of(turn)
    events = await all_told(stream_turn(turn))
    names = [event.name for event in events]
    assert names == ["turn_started", "route_chosen", "text_delta", "finished"]


async def test_who_comes_back_gets_what_it_has_missed_and_no_more(alice, aclient, model) -> None:
    go = asyncio.Event()
    model.does(*[TextDelta(f"w{n} ") for n in range(5)], go, TextDelta("end"), Finished("stop"))
    request_id = str(uuid4())
    first, seen = await send(aclient, url=STREAM, request_id=request_id), []
    async for event in told(first):
        seen.append(event)
        if event.data == {"text": "w2 "}:
            break
    first.close()
    await until(lambda: "w4" in next(iter(REGISTRY.values())).transcript.text)
    again = await aclient.post(
        STREAM,
        {"message": "Hi", "request_id": request_id},
        content_type=JSON,
        headers={"Last-Event-ID": seen[-1].id},
    )
    go.set()
    rest = await all_told(again)
    assert rest[0].name == "text_delta"
    assert words(seen + rest) == "w0 w1 w2 w3 w4 end"
    assert await Message.objects.acount() == 2


async def test_where_it_is_not_held_any_more_a_snapshot_is_sent(alice, aclient, model) -> None:
    many = [TextDelta(f"{n} ") for n in range(HELD + 50)]
    wait = never()
    model.does(*many, wait)
    request_id = str(uuid4())
    first = await send(aclient, url=STREAM, request_id=request_id)
    events = told(first)
    seen = [await anext(events) for _ in range(3)]
    live = next(iter(REGISTRY.values()))
    await until(lambda: f"{HELD + 49} " in live.transcript.text)
    body = {"message": "Hi", "request_id": request_id}
    headers = {"Last-Event-ID": seen[-1].id}
    again = told(await aclient.post(STREAM, body, content_type=JSON, headers=headers))
    event = await anext(again)
    assert event.name == "snapshot"
    assert event.data["content"] == "".join(one.text for one in many)
    assert event.id == f"{live.key}:{live.sequence}"
    live.stop()
    assert [one.name async for one in again] == ["finished"]


async def test_following_from_elsewhere_begins_with_a_snapshot(alice, aclient, model) -> None:
    wait = never()
    model.does(TextDelta("So far"), wait)
    first = told(await send(aclient, url=STREAM))
    begun = await anext(first)
    live = next(iter(REGISTRY.values()))
    await until(lambda: bool(live.transcript.text))
    place = at({"conversation_id": begun.data["conversation_id"], "id": begun.data["message_id"]})
    other = told(await aclient.get(f"{place}/stream"))
    event = await anext(other)
    assert (event.name, event.data["content"]) == ("snapshot", "So far")
    stopped = (await aclient.post(f"{place}/stop", {}, JSON)).json()
    assert stopped["message"]["status"] == "stopped"
    assert stopped["message"]["content"] == "So far"
    last = [event async for event in other][-1]
    assert last.data["finish_reason"] == "cancelled"


async def test_after_the_end_there_is_all_of_it_and_then_nothing(alice, aclient, model) -> None:
    done = (await send(aclient)).json()["message"]
    events = await all_told(await aclient.get(at(done, door="stream")))
    assert [event.name for event in events] == ["snapshot", "finished"]
    assert events[0].data["content"] == "Hello"
    headers = {"Last-Event-ID": events[-1].id}
    assert (await aclient.get(at(done, door="stream"), headers=headers)).status_code == 204


async def test_a_failure_in_mid_answer_is_the_end_with_its_error(alice, aclient, model) -> None:
    model.does(TextDelta("Half"), StreamFailed(server="here", detail="out of memory"))
    last = (await all_told(await send(aclient, url=STREAM)))[-1]
    assert last.data["finish_reason"] == "error"
    assert last.data["error"]["code"] == "stream_failed"
    assert last.data["message"]["content"] == "Half"


async def test_a_call_that_waits_has_an_id_to_decide_by(alice, aclient, model) -> None:
    call = ToolCall("c1", "remember", {"fact": "x"})
    model.does(ApprovalNeeded(call, "writes"), Finished("approval_needed"))
    events = await all_told(await send(aclient, url=STREAM))
    assert events[-2].name == "approval_needed"
    assert events[-1].data["message"]["status"] == "awaiting_approval"
    assert events[-1].data["message"]["parts"][0]["tool_call"]["id"]


async def test_a_silent_model_does_not_look_like_a_broken_connection(
    alice, aclient, model, monkeypatch
) -> None:
    monkeypatch.setattr(streaming, "HEARTBEAT_SECONDS", 0.02)
    model.does(never())
    response = await send(aclient, url=STREAM)
    async for piece in response:
        if bytes(piece).startswith(b":"):
            break
    next(iter(REGISTRY.values())).stop()


async def test_a_program_that_goes_away_stops_nothing(alice, aclient, model) -> None:
    go = asyncio.Event()
    model.does(TextDelta("a"), go, TextDelta("b"), Finished("stop"))
    response = await send(aclient, url=STREAM)
    await anext(told(response))
    response.close()
    live = next(iter(REGISTRY.values()))
    go.set()
    await live.wait()
    assert live.transcript.text == "ab"


NO_ANSWER = "3cbad4ff-0cf6-405b-b9cd-f2a2e75788a7"


@pytest.mark.parametrize("mark", ["", "x", ":", "no-uuid:5", f"{NO_ANSWER}:3", f"{NO_ANSWER}:x"])
async def test_a_mark_that_is_none_gets_everything(alice, aclient, model, mark) -> None:
    done = (await send(aclient)).json()["message"]
    headers = {"Last-Event-ID": mark}
    events = await all_told(await aclient.get(at(done, door="stream"), headers=headers))
    assert [event.name for event in events] == ["snapshot", "finished"]


async def test_further_answers_come_as_events_too(alice, aclient, model) -> None:
    first = (await send(aclient)).json()
    wanted = {"stream": True}
    again = await all_told(
        await aclient.post(at(first["message"], door="regenerate"), wanted, JSON)
    )
    assert again[0].name == "turn_started"
    assert words(again) == "Hello"
    message = again[-1].data["message"]
    more = await all_told(await aclient.post(at(message, door="continue"), wanted, JSON))
    assert words(more) == "HelloHello"
    question = {"conversation_id": first["conversation_id"], "id": first["user_message_id"]}
    other = wanted | {"message": "Otherwise"}
    edited = await all_told(await aclient.post(at(question, door="edit"), other, JSON))
    assert words(edited) == "Hello"
    assert edited[-1].data["message"]["parent_id"] == edited[0].data["user_message_id"]


async def test_who_has_seen_an_end_gets_what_was_written_after_it(alice, aclient, model) -> None:
    done = (await send(aclient)).json()["message"]
    place = at(done, door="stream")
    mark = (await all_told(await aclient.get(place)))[-1].id
    await aclient.post(at(done, door="continue"), {}, JSON)
    events = await all_told(await aclient.get(place, headers={"Last-Event-ID": mark}))
    assert words(events) == "HelloHello"


async def test_an_imported_answer_has_a_stream_too(alice, conversation, aclient) -> None:
    answer = await sync_to_async(say)(conversation, "assistant", "From far away")
    shape = {"conversation_id": conversation.public_id, "id": answer.public_id}
    events = await all_told(await aclient.get(at(shape, door="stream")))
    assert words(events) == "From far away"
    assert events[-1].name == "finished"


async def test_our_own_events_are_as_they_are_described(alice, aclient, model) -> None:
    told = (Notice("tool_rounds"), HistoryCut(2, 1), FellBack("agent", "agent_failed"))
    model.does(*told, TextDelta("Hello"), Finished("stop"))
    first = await all_told(await send(aclient, url=STREAM))
    again = await all_told(await aclient.get(at(first[-1].data["message"], door="stream")))
    found = {event.name: set(event.data) for event in first + again if event.name in OURS}
    assert found == {name: set(kind.model_fields) for name, kind in OURS.items()}


async def test_what_has_come_together_is_sent_together() -> None:
    live: Any = SimpleNamespace(key=uuid4())
    follower = Follower()
    for number, event in enumerate((TextDelta("a"), TextDelta("b"), TextDelta("c"))):
        follower.push(number, event)
    following = streaming._following(live, follower)
    assert (await anext(following)).count(b"event: text_delta") == 3
    follower.push(3, Finished("stop"))
    assert [piece async for piece in following] == []
