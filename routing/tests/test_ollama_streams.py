"""Recorded streams of a real Ollama, cut into packets at random."""

import asyncio
import json
from typing import Any

import pytest

from routing.errors import BadAnswer, ConnectionLost, ServerUnreachable, StreamFailed, TimedOut
from routing.llm.ollama import OllamaProvider
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
from routing.types import ChatRequest, Event, Finished, Notice, Parameters, Timings, Usage
from tests.fakes.model_answers import HALF_UTF8
from tests.fakes.model_server import running

HALF = b'{"message":{"role":"assistant","content":"Gra"},"done":false}\n'
DONE = b'{"message":{"role":"assistant","content":""},"done":true,"done_reason":"stop"}\n'


async def played(
    canned: Canned | list[Canned], request: ChatRequest | None = None, *, seed: int = 1
) -> list[Event]:
    async with replay({"/api/chat": canned}, seed=seed) as told:
        return await answer(OllamaProvider(told.url), request)


def line(**message: Any) -> bytes:
    chunk = {"message": {"role": "assistant", "content": "", **message}, "done": False}
    return json.dumps(chunk, ensure_ascii=False).encode() + b"\n"


@pytest.mark.parametrize("seed", range(8))
async def test_packets_of_any_size_give_the_same_text(seed: int) -> None:
    events = await played(transcript("12"), seed=seed)
    assert text_of(events).startswith("Gravity is a fundamental concept in physics that")
    assert end_of(events).finish_reason == "length"


async def test_durations_are_nanoseconds_and_counters_the_servers_own() -> None:
    finished = end_of(await played(transcript("17")))
    assert finished.usage == Usage(input_tokens=12, output_tokens=3)
    assert finished.timings == Timings(47.697634, 1.545706, 13.761, 27.386)


async def test_absent_counters_are_zero() -> None:
    finished = end_of(await played(Canned(DONE)))
    assert finished == Finished("stop", Usage(0, 0), Timings(0.0, 0.0, 0.0, 0.0))


async def test_lines_end_at_newlines_alone() -> None:
    text = "one\u0085two\u2028three\u2029four\rfive\x0bsix"
    assert text_of(await played(Canned(line(content=text) + DONE))) == text


async def test_a_character_may_be_split_over_packets() -> None:
    body = line(content="Grüße 👩‍👩‍👧‍👦 你好") + DONE
    packets = tuple(body[i : i + 1] for i in range(len(body)))
    assert text_of(await played(Canned(packets=packets))) == "Grüße 👩‍👩‍👧‍👦 你好"


async def test_one_byte_a_packet_from_a_real_connection() -> None:
    async with running() as (url, _):
        events = await answer(OllamaProvider(url), asking(model_name="half-utf8:1b"))
    assert text_of(events) == HALF_UTF8


async def test_half_a_surrogate_pair_and_a_nul_become_storable() -> None:
    body = b'{"message":{"content":"a\\ud83d\\u0000b"},"done":false}\n' + DONE
    assert text_of(await played(Canned(body))) == "a\ufffd\ufffdb"


async def test_end_one_the_last_line_says_done() -> None:
    assert end_of(await played(transcript("12"))).finish_reason == "length"


async def test_end_two_an_error_line_with_status_200() -> None:
    seen: list[Event] = []
    async with replay({"/api/chat": transcript("67")}) as told:
        events = OllamaProvider(told.url).chat(asking())
        seen += [await anext(events) for _ in range(3)]
        with pytest.raises(StreamFailed, match="unexpected EOF"):
            await anext(events)
    assert text_of(seen) == "In array of"


async def test_end_three_a_stream_without_its_last_line_has_ended_early() -> None:
    events = await played(Canned(HALF * 3))
    assert text_of(events) == "GraGraGra"
    assert end_of(events).finish_reason == "ended_early"


async def test_a_broken_connection_after_data_is_lost() -> None:
    with pytest.raises(ConnectionLost):
        await played(Canned(HALF, cut=True))


async def test_a_broken_connection_before_data_is_an_unreachable_server() -> None:
    with pytest.raises(ServerUnreachable):
        await played(Canned(b"", cut=True))


async def test_nobody_listening_is_an_unreachable_server() -> None:
    with pytest.raises(ServerUnreachable, match="ollama serve"):
        await answer(OllamaProvider("http://127.0.0.1:9"))


async def test_silence_before_the_first_byte_waits_as_long_as_a_model_may_load(
    settings: Any,
) -> None:
    settings.LLM_TIMEOUT_SECONDS, settings.LLM_LOAD_TIMEOUT_SECONDS = 0.05, 0.3
    with pytest.raises(TimedOut, match="LLM_LOAD_TIMEOUT_SECONDS") as silence:
        await played(Canned(silent=True))
    assert silence.value.context["phase"] == "loading"


async def test_silence_after_the_first_word_has_the_short_limit(settings: Any) -> None:
    settings.LLM_TIMEOUT_SECONDS = 0.1
    with pytest.raises(TimedOut, match="raise LLM_TIMEOUT_SECONDS") as silence:
        await played(Canned(HALF, silent=True))
    assert silence.value.context["phase"] == "answering"


async def test_with_tools_the_long_limit_holds_throughout(settings: Any) -> None:
    settings.LLM_TIMEOUT_SECONDS, settings.LLM_LOAD_TIMEOUT_SECONDS = 0.05, 0.3
    with pytest.raises(TimedOut, match=r"0\.3 seconds.*LLM_LOAD_TIMEOUT_SECONDS"):
        await played(Canned(HALF, silent=True), asking(tools=(WEATHER,)))


async def test_a_slow_load_is_waited_for() -> None:
    async with running(load_seconds=0.4) as (url, _):
        provider = OllamaProvider(url)
        assert await provider.is_loaded("loading:1b") is False
        events = await answer(provider, asking("Hi", model_name="loading:1b"))
        assert await provider.is_loaded("loading:1b") is True
    assert text_of(events) == "Hi"


@pytest.mark.parametrize("model_name", ["slow:1b", "never:1b"])
async def test_cancelling_closes_the_upstream(model_name: str) -> None:
    async with running() as (url, fake):
        task = asyncio.create_task(answer(OllamaProvider(url), asking(model_name=model_name)))
        await until(lambda: bool(fake.seen))
        task.cancel()
        await asyncio.wait([task])
        await until(lambda: fake.seen[0].disconnected_at is not None)
    assert fake.seen[0].finished_at is None


async def test_closing_the_iterator_closes_the_upstream() -> None:
    async with running() as (url, fake):
        events = OllamaProvider(url).chat(asking(model_name="slow:1b"))
        await anext(events)
        await events.aclose()
        await until(lambda: fake.seen[0].disconnected_at is not None)


async def test_thinking_comes_before_the_text() -> None:
    events = await played(transcript("57"))
    assert reasoning_of(events) == "A simple sum.\n"
    assert text_of(events) == "7"


async def test_an_answer_may_be_thinking_alone() -> None:
    events = await played(transcript("54"))
    assert (reasoning_of(events), text_of(events)) == ("Hello!", "")
    assert end_of(events).finish_reason == "stop"


async def test_tool_calls_in_a_line_of_their_own() -> None:
    events = await played(transcript("51"), asking(tools=(WEATHER,)))
    (call,) = calls_of(events)
    assert (call.call_id, call.name) == ("call_f3xsu0fb", "get_weather")
    assert call.arguments == {"city": "Paris", "unit": "celsius"}


async def test_tool_calls_in_the_done_line() -> None:
    events = await played(transcript("58"), asking(tools=(WEATHER,)))
    assert [call.name for call in calls_of(events)] == ["get_weather"]
    assert end_of(events).usage.output_tokens == 24


async def test_a_tool_call_without_an_id_gets_one_of_ours() -> None:
    call = {"function": {"name": "a", "arguments": {}}}
    events = await played(Canned(line(tool_calls=[call, call]) + DONE))
    first, second = calls_of(events)
    assert first.call_id.startswith("call_")
    assert first.call_id != second.call_id


@pytest.mark.parametrize(("number", "reason"), [("39", "load"), ("40", "unload")])
async def test_a_servers_own_finish_reason_is_kept(number: str, reason: str) -> None:
    assert end_of(await played(transcript(number))).finish_reason == reason


async def test_a_done_line_without_a_reason_is_a_stop() -> None:
    """Before 0.1.35 there was none."""
    body = b'{"message":{"content":"Hi"},"done":true}\n'
    assert end_of(await played(Canned(body))).finish_reason == "stop"


async def test_a_word_that_only_we_may_say_is_not_taken_from_a_server() -> None:
    body = b'{"done":true,"done_reason":"approval_needed"}\n'
    assert end_of(await played(Canned(body))).finish_reason == "ended_early"


async def test_tools_that_a_model_cannot_use_are_left_out_with_a_notice() -> None:
    async with replay({"/api/chat": [transcript("19"), transcript("12")]}) as told:
        events = await answer(OllamaProvider(told.url), asking(tools=(WEATHER,)))
    assert events[0] == Notice("tools_unsupported")
    assert text_of(events).startswith("Gravity")
    assert ["tools" in json.loads(body) for *_, body in told.requests] == [True, False]


async def test_thinking_that_a_model_cannot_do_is_left_out_with_a_notice() -> None:
    request = asking(parameters=Parameters(thinking=True))
    async with replay({"/api/chat": [transcript("18"), transcript("12")]}) as told:
        events = await answer(OllamaProvider(told.url), request)
    assert events[0] == Notice("thinking_unsupported")
    assert ["think" in json.loads(body) for *_, body in told.requests] == [True, False]


@pytest.mark.parametrize("body", [b"<html>hello</html>\n", b"[1]\n", b"{]\n", b"[" * 9999])
async def test_what_is_not_of_the_protocol_is_a_bad_answer(body: bytes) -> None:
    with pytest.raises(BadAnswer):
        await played(Canned(body, packets=(body,)))


async def test_nulls_and_other_types_are_no_trouble() -> None:
    body = b'{"message":null}\n\n{"message":{"content":7,"tool_calls":null}}\n' + DONE
    assert text_of(await played(Canned(body))) == ""


async def test_thoughts_in_the_text_of_an_older_template_are_told_apart() -> None:
    pieces = ("<th", "ink>\nHm", ".\n</think>", "\n\nHi")
    events = await played(Canned(b"".join(line(content=piece) for piece in pieces) + DONE))
    assert (reasoning_of(events), text_of(events)) == ("Hm.", "Hi")


async def test_an_answer_without_a_word_says_so() -> None:
    assert Notice("said_nothing") in await played(Canned(DONE))
