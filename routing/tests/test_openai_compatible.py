"""OpenAI's protocol as Ollama's /v1 was recorded and as llama.cpp and others write it."""

import json
from typing import Any

import pytest

from routing.errors import (
    ConnectionLost,
    ContextExceeded,
    ModelCannot,
    ModelNotFound,
    RequestRejected,
    RoutingError,
    StreamFailed,
    TimedOut,
)
from routing.llm.openai_compatible import OpenAICompatibleProvider
from routing.llm.wire import UNPARSED
from routing.tests.helpers import (
    WEATHER,
    answer,
    asking,
    calls_of,
    end_of,
    reasoning_of,
    text_of,
    until,
)
from routing.tests.replay import Canned, replay, transcript
from routing.types import ChatRequest, Event, Notice, Usage
from tests.fakes.model_answers import HALF_UTF8
from tests.fakes.model_server import running

PATH = "/v1/chat/completions"
STARTING = Canned(b'{"error":{"message":"Loading model","type":"unavailable_error"}}', 503)
DONE = b"data: [DONE]\n\n"


async def played(
    canned: Canned | list[Canned], request: ChatRequest | None = None, *, seed: int = 1
) -> list[Event]:
    async with replay({PATH: canned}, seed=seed) as told:
        return await answer(OpenAICompatibleProvider(told.url), request)


def data(delta: dict[str, Any], reason: str | None = None, **rest: Any) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    return b"data: " + json.dumps({"choices": [choice], **rest}).encode() + b"\n\n"


@pytest.mark.parametrize("seed", range(8))
async def test_packets_of_any_size_give_the_same_text(seed: int) -> None:
    events = await played(transcript("71"), seed=seed)
    assert text_of(events) == "Hello there. I"
    assert end_of(events).finish_reason == "length"
    assert end_of(events).usage == Usage(12, 4)


async def test_usage_may_be_missing() -> None:
    assert end_of(await played(transcript("71b"))).usage == Usage(None, None)


async def test_one_byte_a_packet_from_a_real_connection() -> None:
    async with running("openai") as (url, _):
        provider = OpenAICompatibleProvider(url)
        events = await answer(provider, asking(model_name="half-utf8:1b"))
    assert text_of(events) == HALF_UTF8


async def test_a_first_delta_of_null_comments_and_crlf_are_no_text() -> None:
    body = b": waiting\r\n\r\n" + data({"role": "assistant", "content": None})
    body += b"event: message\r\ndata:" + data({"content": "Hi"}, "stop")[6:] + DONE
    assert text_of(await played(Canned(body))) == "Hi"


@pytest.mark.parametrize("name", ["reasoning", "reasoning_content"])
async def test_reasoning_has_two_names(name: str) -> None:
    body = data({name: "Hm. "}) + data({"content": "Yes"}, "stop") + DONE
    events = await played(Canned(body))
    assert (reasoning_of(events), text_of(events)) == ("Hm. ", "Yes")


async def test_recorded_reasoning_without_text() -> None:
    events = await played(transcript("76"))
    assert reasoning_of(events).startswith("3 + 4")
    assert text_of(events) == ""


async def test_a_recorded_tool_call_ends_in_a_stop() -> None:
    events = await played(transcript("75"), asking(tools=(WEATHER,)))
    (call,) = calls_of(events)
    assert call.arguments == {"city": "Paris", "unit": "celsius"}
    assert end_of(events).finish_reason == "stop"


async def test_tool_calls_are_put_together_by_their_index() -> None:
    def piece(index: int, arguments: str, **rest: Any) -> bytes:
        call = {"index": index, "function": {"arguments": arguments, **rest}}
        return data({"tool_calls": [{**call, "id": f"c{index}"} if rest else call]})

    body = piece(0, "", name="a") + piece(1, '{"y"', name="b") + piece(0, '{"x":')
    body += piece(1, ":2}") + piece(0, "1}") + data({}, "tool_calls") + DONE
    first, second = calls_of(await played(Canned(body)))
    assert (first.call_id, first.name, first.arguments) == ("c0", "a", {"x": 1})
    assert (second.call_id, second.name, second.arguments) == ("c1", "b", {"y": 2})


async def test_arguments_that_are_not_json_are_handed_on_as_they_are() -> None:
    call = {"index": 0, "id": "c", "function": {"name": "a", "arguments": '{"x": '}}
    body = data({"tool_calls": [call]}, "tool_calls") + DONE
    assert calls_of(await played(Canned(body)))[0].arguments == {UNPARSED: '{"x": '}


@pytest.mark.parametrize("arguments", ["", None, {}])
async def test_no_arguments_are_an_empty_object(arguments: Any) -> None:
    call = {"id": "c", "function": {"name": "now", "arguments": arguments}}
    events = await played(Canned(data({"tool_calls": [call]}, "tool_calls") + DONE))
    assert calls_of(events)[0].arguments == {}


@pytest.mark.parametrize(
    "body",
    [data({"content": "Hi"}), data({"content": "Hi"}) + b'data: {"model":"","choices":[]}\n\n'],
)
async def test_neither_reason_nor_done_is_an_early_end(body: bytes) -> None:
    events = await played(Canned(body))
    assert text_of(events) == "Hi"
    assert end_of(events).finish_reason == "ended_early"


async def test_tool_calls_of_a_broken_stream_are_not_told() -> None:
    call = {"index": 0, "id": "c", "function": {"name": "a", "arguments": '{"x'}}
    assert calls_of(await played(Canned(data({"tool_calls": [call]})))) == []


async def test_done_without_a_reason_is_a_stop() -> None:
    events = await played(Canned(data({"content": "Hi"}) + DONE))
    assert end_of(events).finish_reason == "stop"


async def test_a_servers_own_reason_is_kept() -> None:
    events = await played(Canned(data({}, "content_filter") + DONE))
    assert end_of(events).finish_reason == "content_filter"


async def test_llama_cpp_measures_its_time() -> None:
    body = data({}, "stop", timings={"prompt_ms": 450.2, "predicted_ms": 69.8}) + DONE
    timings = end_of(await played(Canned(body))).timings
    assert (timings.prompt_ms, timings.generation_ms, timings.total_ms) == (450.2, 69.8, None)


@pytest.mark.parametrize(
    "line",
    [
        b'data: {"error":{"code":500,"message":"out of slots"}}\n\n',
        b'error: {"code":500,"message":"out of slots"}\n\n',
        b'{"error":"out of slots"}\n',
    ],
)
async def test_an_error_in_mid_stream_has_three_shapes(line: bytes) -> None:
    with pytest.raises(StreamFailed, match="out of slots"):
        await played(Canned(data({"content": "Hi"}) + line))


async def test_a_broken_connection_is_lost() -> None:
    with pytest.raises(ConnectionLost):
        await played(Canned(data({"content": "Hi"}), cut=True))


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("73", ModelNotFound),
        ("73b", RequestRejected),
        ("73c", ModelCannot),
        ("73d", RequestRejected),
    ],
)
async def test_recorded_refusals(number: str, kind: type[RoutingError]) -> None:
    with pytest.raises(kind):
        await played(transcript(number))


async def test_a_prompt_that_is_too_long_tells_the_numbers() -> None:
    async with running("openai") as (url, _):
        with pytest.raises(ContextExceeded, match="9,000 tokens sent, room for 4,096"):
            await answer(OpenAICompatibleProvider(url), asking(model_name="too-long:1b"))


async def test_tools_that_are_refused_are_left_out_with_a_notice() -> None:
    events = await played([transcript("73c"), transcript("71")], asking(tools=(WEATHER,)))
    assert events[0] == Notice("tools_unsupported")
    assert text_of(events) == "Hello there. I"


async def test_a_server_that_is_loading_is_asked_again() -> None:
    events = await played([STARTING, STARTING, transcript("71")])
    assert text_of(events) == "Hello there. I"


async def test_a_server_that_loads_for_ever_times_out(settings: Any) -> None:
    settings.LLM_LOAD_TIMEOUT_SECONDS = 0.3
    with pytest.raises(TimedOut, match="LLM_LOAD_TIMEOUT_SECONDS"):
        await played(STARTING)


async def test_a_model_of_a_server_that_is_loading_is_not_loaded() -> None:
    async with replay({"/v1/models": STARTING}) as told:
        assert await OpenAICompatibleProvider(told.url).is_loaded("m") is False


async def test_cancelling_closes_the_upstream() -> None:
    async with running("openai") as (url, fake):
        events = OpenAICompatibleProvider(url).chat(asking(model_name="slow:1b"))
        await anext(events)
        await events.aclose()
        await until(lambda: fake.seen[0].disconnected_at is not None)


async def test_a_list_of_null_is_an_empty_list() -> None:
    async with replay({"/v1/models": Canned(b'{"object":"list","data":null}')}) as told:
        assert await OpenAICompatibleProvider(told.url).list_models() == []


async def test_recorded_models_give_their_names_alone() -> None:
    async with replay({"/v1/models": transcript("70")}) as told:
        models = await OpenAICompatibleProvider(told.url).list_models()
    assert models[-1].name == "smollm2:135m"
    assert (models[0].loaded, models[0].capabilities, models[0].context_length) == (None,) * 3


async def test_llama_cpp_says_what_it_has_loaded() -> None:
    meta = {"n_ctx": 4096, "n_ctx_train": 8192, "n_params": 134515008, "size": 96576768}
    body = json.dumps({"data": [{"id": "smollm2:135m", "meta": {**meta, "ftype": "Q4_1"}}]})
    async with replay({"/v1/models": Canned(body.encode())}) as told:
        model = await OpenAICompatibleProvider(told.url).describe_model("smollm2:135m")
    assert (model.context_length, model.loaded_context_length, model.loaded) == (8192, 4096, True)
    assert (model.parameter_size, model.quantization) == ("134.52M", "Q4_1")


async def test_the_key_is_sent_as_a_bearer() -> None:
    async with replay({PATH: transcript("71")}) as told:
        await answer(OpenAICompatibleProvider(told.url, api_key="s3cret"))
    assert told.requests[0][2]["authorization"] == "Bearer s3cret"
