"""What an agent's answers mean in every content type, and what is said where they mean nothing."""

from typing import Any

import pytest

from routing.errors import (
    AgentBadAnswer,
    AgentBusy,
    AgentEndedEarly,
    AgentError,
    AgentFailed,
    AgentLost,
    AgentNotFound,
    AgentRefused,
    AgentRejected,
    AgentSaidNothing,
    AgentSentPage,
    AgentSilent,
    AgentStreamFailed,
    AgentUnreachable,
)
from routing.strategies import STRATEGIES
from routing.strategies.direct import WHY
from routing.tests.agents import JSON, SSE, agent, asked, chunk, events, lines, nobody, whole
from routing.tests.helpers import asking, collect, end_of, reasoning_of, text_of
from routing.tests.replay import Canned
from routing.types import Event, RouteChosen, TextDelta, Usage

DONE = {"done": True, "usage": {"input_tokens": 3, "output_tokens": 2}}
PIECES = ({"delta": "Grüße "}, {"delta": "🎈"}, DONE)


@pytest.mark.parametrize(
    "canned", [whole({"answer": "Grüße 🎈", **DONE}), lines(*PIECES), events(*PIECES)]
)
async def test_one_answer_in_three_content_types(canned: Canned) -> None:
    told = await asked(canned)
    assert text_of(told) == "Grüße 🎈"
    assert (end_of(told).finish_reason, end_of(told).usage) == ("stop", Usage(3, 2))


@pytest.mark.parametrize("kind", ["application/jsonl", "application/x-ndjson; charset=utf-8"])
async def test_lines_have_several_names(kind: str) -> None:
    assert text_of(await asked(lines(*PIECES, content_type=kind))) == "Grüße 🎈"


async def test_the_route_comes_first_and_carries_the_label() -> None:
    async with agent(whole({"answer": "Hi"}), label="Nadia") as told:
        first, *_ = await collect(STRATEGIES["agent"].answer(asking(), nobody))
    assert first == RouteChosen("agent", "Nadia", f"{told.url}/hook", WHY)


@pytest.mark.parametrize(
    "value",
    [
        {"text": "Hi"},
        {"content": "Hi"},
        {"message": "Hi"},
        {"response": "Hi"},
        {"output": "Hi"},
        {"message": {"role": "assistant", "content": "Hi"}},
        {"choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}]},
    ],
)
async def test_an_answer_may_have_another_name(value: dict[str, Any]) -> None:
    assert text_of(await asked(whole(value))) == "Hi"


@pytest.mark.parametrize("protocol", ["openai", "webhook"])
async def test_openais_chunks_are_understood_in_either_protocol(protocol: str) -> None:
    usage = {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 2}}
    canned = events(
        chunk({"role": "assistant", "reasoning_content": "Hm."}),
        chunk({"content": "Hi"}, "length"),
        usage,
        end=b"data: [DONE]\n\n",
    )
    told = await asked(canned, protocol=protocol)
    assert (reasoning_of(told), text_of(told)) == ("Hm.", "Hi")
    assert (end_of(told).finish_reason, end_of(told).usage) == ("length", Usage(3, 2))


async def test_reasoning_is_told_apart() -> None:
    told = await asked(lines({"reasoning": "Hm."}, {"delta": "Hi"}, {"done": True}))
    assert (reasoning_of(told), text_of(told)) == ("Hm.", "Hi")


async def test_the_whole_once_more_at_the_end_is_not_told_twice() -> None:
    assert text_of(await asked(lines({"delta": "Hi"}, {"done": True, "answer": "Hi"}))) == "Hi"


async def test_what_an_agent_did_itself_is_no_call_of_ours() -> None:
    call = {"index": 0, "id": "c", "function": {"name": "search", "arguments": "{}"}}
    told = await asked(events(chunk({"tool_calls": [call]}), chunk({"content": "Hi"}, "stop")))
    assert [type(event).__name__ for event in told] == ["RouteChosen", "TextDelta", "Finished"]


async def test_comments_names_and_unknown_events_are_no_text() -> None:
    body = b': ping\r\n\r\nevent: message\r\ndata: {"delta": "Hi"}\r\n\r\n'
    body += b'event: step\ndata: {"tool": "search"}\n\ndata: {"done": true}\n\n'
    assert text_of(await asked(Canned(body, content_type=SSE))) == "Hi"


PAGE = Canned(b"<!doctype html><p>Sign in", content_type="text/html; charset=utf-8")
HALF = {"delta": "Half"}
REFUSED: list[tuple[Canned, type[AgentError], str]] = [
    (whole({"error": "no key sk-secret."}, 401), AgentRefused, "It says: no key …. Check ZAIN_"),
    (Canned(b"<p>No", 403, "text/html"), AgentRefused, "the key. Check ZAIN_AGENT_API_KEY"),
    (Canned(b"", 404, "text/html"), AgentNotFound, "/hook (status 404). Check ZAIN_AGENT_URL"),
    (Canned(b"", 302, "text/html"), AgentNotFound, "(status 302)"),
    (whole({}, 429), AgentBusy, "no more requests for now"),
    (whole({"detail": "no message"}, 422), AgentRejected, "the request: no message. Check that"),
    (whole({"error": {"message": "tired"}}, 500), AgentFailed, "failed: tired. Its own log"),
    (Canned(b"<h1>Bad gateway", 502, "text/html"), AgentFailed, "failed: status 502"),
    (PAGE, AgentSentPage, "a web page came instead of an answer of Zain Agent"),
    (Canned(b"Hi", content_type="text/plain"), AgentBadAnswer, "its content type is text/plain"),
    (Canned(b"Hi", content_type=""), AgentBadAnswer, "it names no content type"),
    (Canned(b'{"answer": ', content_type=JSON), AgentBadAnswer, "what should be JSON is not"),
    (Canned(b"[" * 100_000, content_type=JSON), AgentBadAnswer, "what should be JSON is not"),
    (whole(["Hi"]), AgentBadAnswer, "JSON that is not an object"),
    (whole({"result": "Hi"}), AgentBadAnswer, 'there is no "answer" in it'),
    (Canned(b'{"answer": "\xff"}', content_type=JSON), AgentBadAnswer, "not UTF-8"),
    (Canned(b'{"delta": "\xff"}\n'), AgentBadAnswer, "text that is not UTF-8"),
    (Canned(b"data: Hi\n\n", content_type=SSE), AgentBadAnswer, "what should be JSON is not"),
    (whole({"error": "tired"}), AgentFailed, "failed: tired"),
    (whole({"error": "\0 \ud800"}), AgentFailed, "failed: \ufffd \ufffd."),
    (whole({"answer": ""}), AgentSaidNothing, "finished without a word"),
    (lines(DONE | {"delta": ""}), AgentSaidNothing, "finished without a word"),
    (lines(), AgentEndedEarly, "ended in the middle"),
    (Canned(cut=True), AgentLost, "The connection to Zain Agent broke"),
]


@pytest.mark.parametrize(("canned", "kind", "words"), REFUSED)
async def test_each_failure_has_its_sentence(
    canned: Canned, kind: type[AgentError], words: str
) -> None:
    with pytest.raises(AgentError) as caught:
        await asked(canned, api_key="sk-secret")
    assert type(caught.value) is kind
    assert words in str(caught.value)
    assert "sk-secret" not in str(caught.value)


BROKEN: list[tuple[Canned, type[AgentError], str]] = [
    (lines(HALF, {"error": "out of ideas"}), AgentStreamFailed, "answer: out of ideas. What came"),
    (lines(HALF, {"error": {"message": "x"}}), AgentStreamFailed, "middle of its answer: x."),
    (events(HALF, end=b"event: error\ndata: lost it\n\n"), AgentStreamFailed, "answer: lost it."),
    (events(HALF, end=b'event: error\ndata: {"message": "x"}\n'), AgentStreamFailed, "answer: x."),
    (lines(HALF, cut=True), AgentLost, "What had arrived is kept"),
]


@pytest.mark.parametrize(("canned", "kind", "words"), BROKEN)
async def test_what_breaks_off_has_told_its_first_words(
    canned: Canned, kind: type[AgentError], words: str
) -> None:
    told: list[Event] = []
    with pytest.raises(kind) as caught:
        await asked(canned, into=told)
    assert text_of(told) == "Half"
    assert words in str(caught.value)


@pytest.mark.parametrize("canned", [lines(HALF), events(HALF), events(chunk({"content": "Half"}))])
async def test_an_end_that_is_not_said_is_early(canned: Canned) -> None:
    end = end_of(await asked(canned))
    assert (end.finish_reason, end.error_code) == ("ended_early", "agent_ended_early")


async def test_a_silent_agent_is_given_up() -> None:
    with pytest.raises(AgentSilent, match=r"for 0\.1 seconds\. .* ZAIN_AGENT_TIMEOUT_SECONDS"):
        await asked(Canned(silent=True), timeout_seconds=0.1)


async def test_silence_in_mid_answer_is_given_up_too() -> None:
    with pytest.raises(AgentSilent):
        await asked(lines(HALF, silent=True), timeout_seconds=0.3)


async def test_nobody_listens(settings: Any) -> None:
    settings.ZAIN_AGENT_URL = "http://127.0.0.1:9"
    with pytest.raises(AgentUnreachable, match="Start it, or set ZAIN_AGENT_URL"):
        await collect(STRATEGIES["agent"].answer(asking(), nobody))


async def test_closing_closes_the_connection() -> None:
    async with agent(lines(HALF, silent=True)) as told:
        answer = STRATEGIES["agent"].answer(asking(), nobody)
        async for event in answer:
            if isinstance(event, TextDelta):
                break
        await answer.aclose()  # type: ignore[attr-defined]
        await told.hung_up.wait()


@pytest.mark.parametrize("protocol", ["openai", "webhook"])
async def test_thoughts_in_an_agents_text_are_told_apart(protocol: str) -> None:
    pieces = (chunk({"content": "<thi"}), chunk({"content": "nk>Hm.</think>\n\nHi"}, "stop"))
    told = await asked(events(*pieces), protocol=protocol)
    assert (reasoning_of(told), text_of(told)) == ("Hm.", "Hi")
    told = await asked(whole({"answer": "<think>Hm.</think>Hi"}))
    assert (reasoning_of(told), text_of(told)) == ("Hm.", "Hi")


async def test_an_agents_lines_may_end_in_cr() -> None:
    body = b'data: {"delta": "Hi"}\r\rdata: {"done": true}\r\r'
    assert text_of(await asked(Canned(body, content_type=SSE))) == "Hi"
