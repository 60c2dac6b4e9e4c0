"""/v1/chat/completions with `stream`: chunks, the end, failures before and within."""

import asyncio
import json

import pytest

from conversations.answering.runner import rows_of_live
from conversations.api.openai import telling
from conversations.tests.api.openai.asking import ask, data_of, ended, function, told
from conversations.tests.scripted import never
from conversations.tests.talking import until
from routing.errors import ServerBusy, StreamFailed
from routing.types import Finished, ReasoningDelta, TextDelta, ToolCallStarted, Usage
from routing.types import ToolCall as Call

pytestmark = pytest.mark.django_db(transaction=True)


def deltas(chunks) -> list[dict]:
    return [chunk["choices"][0]["delta"] for chunk in chunks if chunk["choices"]]


async def test_the_chunks_are_openais(aclient, alice) -> None:
    response = await ask(aclient, stream=True)
    assert response["Content-Type"] == "text/event-stream"
    assert (response["Cache-Control"], response["X-Accel-Buffering"]) == ("no-store", "no")
    chunks = await told(response)
    row = await ended()
    assert chunks[0] == {
        "id": f"chatcmpl-{row.public_id.hex}",
        "object": "chat.completion.chunk",
        "created": int(row.created_at.timestamp()),
        "model": "echo",
        "choices": [
            {"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": None}
        ],
    }
    assert "".join(delta.get("content", "") for delta in deltas(chunks)) == "Hello there"
    assert [c["choices"][0]["finish_reason"] for c in chunks[-2:]] == [None, "stop"]
    assert chunks[-1]["chat_studio"]["generation_id"] == str(row.public_id)


async def test_what_is_there_at_one_moment_is_sent_at_once(aclient, alice, model) -> None:
    model.does(ReasoningDelta("Hm."), TextDelta("So"), Finished("stop"))
    response = await ask(aclient, stream=True)
    first = await anext(aiter(response))
    assert all(words in first for words in (b'"role"', b'"Hm."', b'"So"'))


async def test_usage_is_told_where_it_is_wanted(aclient, alice) -> None:
    chunks = await told(await ask(aclient, stream=True, stream_options={"include_usage": True}))
    assert chunks[-1]["choices"] == []
    assert chunks[-1]["usage"] == {
        "prompt_tokens": 2, "completion_tokens": 2, "total_tokens": 4,
    }  # fmt: skip
    assert {chunk["usage"] for chunk in chunks[:-1]} == {None}


async def test_reasoning_and_calls_have_deltas_of_their_own(aclient, alice, model) -> None:
    calls = [ToolCallStarted(Call(f"c{n}", "weather", {"n": n})) for n in (1, 2)]
    model.does(ReasoningDelta("Hm."), TextDelta("So"), *calls, Finished("stop"))
    chunks = await told(await ask(aclient, stream=True, tools=[function()]))
    found = [delta for delta in deltas(chunks)[1:] if delta]
    assert found[:2] == [{"reasoning_content": "Hm."}, {"content": "So"}]
    (first,), (second,) = (delta["tool_calls"] for delta in found[2:])
    assert first["function"] == {"name": "weather", "arguments": '{"n": 1}'}
    assert [(c["index"], c["id"], c["type"]) for c in (first, second)] == [
        (0, "c1", "function"), (1, "c2", "function"),
    ]  # fmt: skip
    assert chunks[-1]["choices"][0]["finish_reason"] == "tool_calls"


async def test_what_fails_before_the_first_word_has_a_status(aclient, alice, model) -> None:
    model.does(ServerBusy(server="http://x"))
    response = await ask(aclient, stream=True)
    assert (response.status_code, response.json()["error"]["code"]) == (503, "server_busy")


async def test_what_fails_later_is_said_in_the_stream(aclient, alice, model) -> None:
    gate = asyncio.Event()
    model.does(TextDelta("Half"), gate, StreamFailed(server="http://x", detail="oom"))
    response = await ask(aclient, stream=True)
    assert response.status_code == 200
    gate.set()
    *_, half, error = await data_of(response)
    assert json.loads(half)["choices"][0]["delta"] == {"content": "Half"}
    assert json.loads(error)["error"]["code"] == "stream_failed"


async def test_half_an_answer_does_not_pass_for_a_whole_one(aclient, alice, model) -> None:
    gate = asyncio.Event()
    model.does(TextDelta("Half"), gate, Finished("ended_early"))
    response = await ask(aclient, stream=True)
    gate.set()
    assert json.loads((await data_of(response))[-1])["error"]["code"] == "ended_early"


async def test_while_a_model_loads_there_are_signs_of_life(
    aclient, alice, model, monkeypatch
) -> None:
    monkeypatch.setattr(telling, "HEARTBEAT_SECONDS", 0.02)
    gate = asyncio.Event()
    model.does(gate, TextDelta("Hi"), Finished("stop", Usage(1, 1)))
    response = await ask(aclient, stream=True)
    pieces = []
    async for piece in response.streaming_content:
        pieces.append(piece)
        if piece.startswith(b":"):
            gate.set()
    assert any(piece.startswith(b":") for piece in pieces)
    assert pieces[-1] == b"data: [DONE]\n\n"


async def test_a_slow_reader_misses_nothing(aclient, alice, model) -> None:
    model.does(*(TextDelta(f"{n} ") for n in range(2000)), Finished("stop"))
    response = await ask(aclient, stream=True)
    await until(lambda: not rows_of_live)
    chunks = await told(response)
    words = "".join(delta.get("content", "") for delta in deltas(chunks)).split()
    assert words == [str(n) for n in range(2000)]


async def test_who_stops_reading_stops_the_model(aclient, alice, model) -> None:
    model.does(TextDelta("Half"), never(), Finished("stop"))
    response = await ask(aclient, stream=True)
    await anext(aiter(response.streaming_content))
    response.close()
    row = await ended()
    assert (row.status, row.finish_reason, model.closed) == ("stopped", "cancelled", 1)


async def test_who_never_began_to_read_stops_it_too(aclient, alice, model) -> None:
    model.does(TextDelta("Half"), never(), Finished("stop"))
    response = await ask(aclient, stream=True)
    response.close()
    assert (await ended()).finish_reason == "cancelled"
