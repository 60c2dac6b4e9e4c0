"""A call that the server itself could not read: asked once more."""

import json

import pytest

from routing.errors import UnreadableCall
from routing.llm.ollama import OllamaProvider
from routing.llm.openai_compatible import OpenAICompatibleProvider
from routing.tests.helpers import WEATHER, answer, asking, calls_of, reasoning_of
from routing.tests.replay import Canned, replay, transcript

WORDS = "error parsing tool call: raw='{}]', err=invalid character ']' after object"
REFUSED = Canned(json.dumps({"error": WORDS}).encode(), 500, "application/json")
THOUGHT = b'{"message": {"role": "assistant", "thinking": "Hm."}, "done": false}\n'
SAID = b'{"message": {"role": "assistant", "content": "Well,"}, "done": false}\n'
IN_STREAM = json.dumps({"error": WORDS}).encode() + b"\n"
MISPLACED = b'{"error parsing tool call": "invalid character \'c\' looking for beginning"}\n'
CALLED = transcript("51")


async def asked(*canned: Canned):
    async with replay({"/api/chat": [*canned]}) as told:
        events = await answer(OllamaProvider(told.url), asking(tools=(WEATHER,)))
        return events, told.requests


@pytest.mark.parametrize("first", [REFUSED, Canned(IN_STREAM), Canned(MISPLACED)])
async def test_it_is_asked_once_more(first: Canned) -> None:
    events, requests = await asked(first, CALLED)
    assert [call.name for call in calls_of(events)] == ["get_weather"]
    assert requests[0][3] == requests[1][3]


async def test_it_is_also_asked_after_thoughts() -> None:
    events, _ = await asked(Canned(THOUGHT + IN_STREAM), CALLED)
    assert reasoning_of(events) == "Hm."
    assert calls_of(events)


async def test_a_call_that_came_before_is_not_told_twice() -> None:
    before = CALLED.body.splitlines(keepends=True)[0]
    assert b"tool_calls" in before
    events, requests = await asked(Canned(before + IN_STREAM), CALLED)
    assert [call.name for call in calls_of(events)] == ["get_weather"]
    assert len(requests) == 2


async def test_twice_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(UnreadableCall, match="could not read it"):
        await asked(REFUSED, REFUSED, CALLED)


async def test_behind_words_nothing_is_said_twice() -> None:
    with pytest.raises(UnreadableCall):
        await asked(Canned(SAID + IN_STREAM), CALLED)


@pytest.mark.parametrize(
    "words",
    [
        "Failed to parse input at pos 12: <tool_call>{",
        "Failed to parse tool call arguments as JSON: [json.exception.parse_error.101]",
    ],
)
async def test_llama_cpps_words_are_known(words: str) -> None:
    body = json.dumps({"error": {"message": words, "type": "server_error", "code": 500}}).encode()
    refused = Canned(body, 500, "application/json")
    async with replay({"/v1/chat/completions": [refused, transcript("75")]}) as told:
        request = asking(tools=(WEATHER,))
        events = await answer(OpenAICompatibleProvider(told.url), request)
    assert calls_of(events)
