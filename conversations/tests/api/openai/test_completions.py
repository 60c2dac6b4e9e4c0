"""/v1/chat/completions, answered whole: shapes, refusals, rows."""

import asyncio
import hashlib

import pytest
from asgiref.sync import sync_to_async

from chatstudio import keys
from conversations.answering.runner import rows_of_live
from conversations.answering.turns import requests
from conversations.models import Conversation, Generation, Memory, Message, ToolCall
from conversations.tests.api.openai.asking import HI, URL, ask, ended, function
from conversations.tests.scripted import never
from conversations.tests.talking import until
from metrics.models import ChatMetric
from routing.errors import ContextExceeded, ModelNotFound, ServerUnreachable
from routing.llm import servers
from routing.llm.echo import EchoProvider
from routing.types import (
    Finished,
    HistoryCut,
    Notice,
    ReasoningDelta,
    TextDelta,
    ToolCallStarted,
    Usage,
)
from routing.types import ToolCall as Call

pytestmark = pytest.mark.django_db(transaction=True)


async def test_an_answer_has_openais_shape(aclient, alice) -> None:
    answer = (await ask(aclient)).json()
    row = await ended()
    assert answer == {
        "id": f"chatcmpl-{row.public_id.hex}",
        "object": "chat.completion",
        "created": int(row.created_at.timestamp()),
        "model": "echo",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": "Hello there"},
                "finish_reason": "stop",
            }
        ],
        "usage": {"prompt_tokens": 2, "completion_tokens": 2, "total_tokens": 4},
        "chat_studio": {
            "generation_id": str(row.public_id),
            "profile": "direct",
            "model": "echo",
            "steps": [],
            "messages_left_out": 0,
            "notices": [],
        },
    }


async def test_one_generation_and_one_metric_and_nothing_else(aclient, alice) -> None:
    await ask(aclient, "direct/echo")
    row = await ended()
    assert (row.owner_id, row.message_id, row.cause) == (alice.id, None, "request")
    assert (row.strategy, row.model_name, row.server) == ("direct", "echo", "echo:")
    assert (row.status, row.finish_reason) == ("complete", "stop")
    assert (row.metric.owner_id, row.metric.input_tokens) == (alice.id, 2)
    for rows in (Conversation, Message, ToolCall):
        assert await rows.objects.acount() == 0


async def test_the_receipt_has_prints_and_no_words(aclient, alice) -> None:
    system = {"role": "system", "content": "Be kind."}
    await ask(aclient, messages=[system, *HI], temperature=0.5)
    receipt = (await ended()).receipt
    assert receipt["parameters"] == {"temperature": 0.5}
    assert [entry["role"] for entry in receipt["messages"]] == ["system", "user"]
    print_of_it = hashlib.sha256(b"Hello there").hexdigest()
    assert receipt["messages"][1] == {
        "role": "user", "turn": 0, "sha256": print_of_it, "bytes": 11,
    }  # fmt: skip
    assert (receipt["sent_bytes"], receipt["calls"]) == (19, 0)
    assert "Hello" not in str(receipt)


async def test_what_did_not_fit_is_said(aclient, alice, model) -> None:
    model.does(HistoryCut(2, 1), TextDelta("Hi"), Finished("stop"))
    earlier = [*HI, {"role": "assistant", "content": "Yes"}]
    system = {"role": "system", "content": "Be kind."}
    answer = (await ask(aclient, messages=[system, *earlier, *HI])).json()
    assert answer["chat_studio"]["messages_left_out"] == 2
    receipt = (await ended()).receipt
    assert [entry["role"] for entry in receipt["messages"]] == ["system", "user"]
    assert receipt["left_out"]["messages"] == 2


async def test_the_key_that_asked_is_noted(aclient, alice) -> None:
    row, key = await sync_to_async(keys.make)(alice, "Editor", ["chat"])
    body = {"model": "echo", "messages": HI}
    with_key = {"headers": {"Authorization": f"Bearer {key}"}}
    response = await aclient.post(URL, body, content_type="application/json", **with_key)
    assert response.status_code == 200
    assert (await ended()).api_key == row


async def test_a_key_has_to_have_the_scope(aclient, alice) -> None:
    _, key = await sync_to_async(keys.make)(alice, "Looker", ["read"])
    with_key = {"headers": {"Authorization": f"Bearer {key}"}}
    body = {"model": "echo", "messages": HI}
    refused = await aclient.post(URL, body, content_type="application/json", **with_key)
    assert (refused.status_code, refused.json()["error"]["type"]) == (403, "permission_error")
    assert (await aclient.get("/v1/models", **with_key)).status_code == 200
    assert await Generation.objects.acount() == 0


async def test_reasoning_is_told_apart(aclient, alice, model) -> None:
    model.does(ReasoningDelta("Hm."), TextDelta("Yes"), Finished("length"))
    choice = (await ask(aclient)).json()["choices"][0]
    assert choice["message"]["reasoning_content"] == "Hm."
    assert (choice["message"]["content"], choice["finish_reason"]) == ("Yes", "length")


async def test_calls_of_the_programs_tools_come_back(aclient, alice, model) -> None:
    call = ToolCallStarted(Call("c1", "weather", {"city": "Wien"}))
    model.does(call, Finished("stop", Usage(5, 1)))
    choice = (await ask(aclient, tools=[function()])).json()["choices"][0]
    assert choice["finish_reason"] == "tool_calls"
    assert choice["message"] == {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {
                "id": "c1",
                "type": "function",
                "function": {"name": "weather", "arguments": '{"city": "Wien"}'},
            }
        ],
    }
    row = await ended()
    assert (row.receipt["calls"], row.metric.tool_calls) == (0, 0)


async def test_a_model_without_tools_does_not_pass_over_them(aclient, alice, model) -> None:
    model.does(Notice("tools_unsupported"), TextDelta("Hi"), Finished("stop"))
    response = await ask(aclient, tools=[function()])
    assert (response.status_code, response.json()["error"]["code"]) == (400, "model_cannot")


async def test_no_count_is_no_zero(aclient, alice, model) -> None:
    assert (await ask(aclient)).json()["usage"] is None


@pytest.mark.parametrize(
    ("step", "status", "code"),
    [
        (ServerUnreachable(server="http://x"), 503, "server_unreachable"),
        (ModelNotFound(model_name="m", server="x"), 404, "model_not_found"),
        (ContextExceeded(model_name="m"), 400, "context_length_exceeded"),
        (Finished("ended_early"), 502, "ended_early"),
        (RuntimeError("unforeseen"), 502, "routing_error"),
    ],
)
async def test_failures_have_their_status(aclient, alice, model, step, status, code) -> None:
    model.does(TextDelta("Half"), step)
    response = await ask(aclient)
    assert response.status_code == status
    error = response.json()["error"]
    assert (error["code"], set(error)) == (code, {"message", "type", "param", "code"})
    assert (await ended()).status in ("failed", "interrupted")


async def test_a_model_that_is_not_there(aclient, alice) -> None:
    response = await ask(aclient, "nobody:1b")
    assert (response.status_code, response.json()["error"]["code"]) == (404, "model_not_found")
    assert (await ended()).status == "failed"


@pytest.mark.parametrize(
    ("more", "status", "param"),
    [
        ({"n": 300}, 422, "n"),
        ({"tool_choice": "required"}, 400, "tool_choice"),
        ({"temperature": 99}, 422, "temperature"),
        ({"messages": []}, 422, "messages"),
        ({"messages": [{"role": "user", "content": 5}]}, 422, "messages.0.content.text"),
        (
            {"messages": [{"role": "user", "content": [{"type": "text", "text": 5}]}]},
            422,
            "messages.0.content.parts.0.text",
        ),
        ({"max_tokens": 10**30}, 422, "max_tokens"),
        ({"model": "direct/"}, 404, None),
    ],
)
async def test_refusals_name_the_parameter_and_leave_no_row(
    aclient, alice, more, status, param
) -> None:
    response = await ask(aclient, **more)
    assert response.status_code == status
    assert response.json()["error"]["param"] == param
    assert await Generation.objects.acount() == 0


async def test_a_number_without_end_is_none(aclient, alice) -> None:
    body = '{"model": "echo", "messages": [{"role": "user", "content": "Hi"}], "top_p": 1e999}'
    response = await aclient.post(URL, body, content_type="application/json")
    assert (response.status_code, response.json()["error"]["code"]) == (400, "malformed_json")


async def test_a_persons_tools_run_and_are_counted(aclient, alice, monkeypatch) -> None:
    says(monkeypatch, [ToolCallStarted(Call("c1", "calculate", {"expression": "6*7"}))])
    answer = (await ask(aclient, "tools/echo")).json()
    assert answer["choices"][0]["message"]["content"] == "The tool said: 42"
    assert answer["choices"][0]["finish_reason"] == "stop"
    assert answer["chat_studio"]["steps"] == [{"name": "calculate", "ok": True}]
    row = await ended()
    assert (row.receipt["calls"], row.metric.tool_calls) == (1, 1)
    assert await ToolCall.objects.acount() == 0


async def test_what_needs_a_persons_word_is_not_done(aclient, alice, monkeypatch) -> None:
    says(monkeypatch, [ToolCallStarted(Call("c1", "remember", {"fact": "Eats no nuts."}))])
    answer = (await ask(aclient, "tools/echo")).json()
    said = answer["choices"][0]["message"]["content"]
    assert said.startswith("The tool said: Nobody can be asked to allow this call")
    assert answer["chat_studio"]["steps"] == [{"name": "remember", "ok": False}]
    assert await Memory.objects.acount() == 0
    assert (await ended()).status == "complete"


def says(monkeypatch, first) -> None:
    """A model that calls tools, and then tells what they said."""

    async def chat(self, request):
        if request.messages[-1].role == "tool":
            yield TextDelta(f"The tool said: {request.messages[-1].content}")
        else:
            for event in first:
                yield event
        yield Finished("stop", Usage(1, 1))

    async def describe(self, name):
        found = await real(self, name)
        return type(found)(
            found.name, found.server, capabilities=frozenset({"completion", "tools"})
        )

    real = EchoProvider.describe_model
    monkeypatch.setattr(servers, "_latest", None)
    monkeypatch.setattr(EchoProvider, "chat", chat)
    monkeypatch.setattr(EchoProvider, "describe_model", describe)


async def test_too_many_at_once_have_to_wait(aclient, alice, model, settings) -> None:
    settings.TURNS_AT_ONCE = 1
    model.does(TextDelta("Half"), never(), Finished("stop"))
    first = asyncio.create_task(ask(aclient))
    await until(lambda: rows_of_live)
    refused = await ask(aclient)
    assert (refused.status_code, refused["Retry-After"]) == (429, "5")
    assert refused.json()["error"]["type"] == "rate_limit_error"
    first.cancel()
    await ended()


async def test_who_goes_away_stops_the_model(aclient, alice, model) -> None:
    model.does(TextDelta("Half"), never(), Finished("stop"))
    asked = asyncio.create_task(ask(aclient))
    await until(lambda: any(live.transcript.text for live in rows_of_live))
    asked.cancel()
    row = await ended()
    assert (row.status, row.finish_reason, model.closed) == ("stopped", "cancelled", 1)
    assert await ChatMetric.objects.acount() == 1


async def test_who_goes_away_while_the_rows_are_written_leaves_none_waiting(
    aclient, alice, model, monkeypatch
) -> None:
    began = asyncio.Event()
    loop, real = asyncio.get_running_loop(), requests.begin

    def begin(*given):
        loop.call_soon_threadsafe(began.set)
        return real(*given)

    monkeypatch.setattr(requests, "begin", begin)
    model.does(never(), Finished("stop"))
    asked = asyncio.create_task(ask(aclient))
    await began.wait()
    asked.cancel()
    await until(lambda: asked.done())
    while not await Generation.objects.filter(status="stopped").aexists():
        await asyncio.sleep(0.01)
    assert (await ended()).finish_reason == "cancelled"
