"""Several answers to one request, whole and streamed."""

import pytest

from conversations.models import Generation
from conversations.tests.api.openai.asking import HI, ask, ended, function, told
from conversations.tests.scripted import never
from conversations.tests.talking import until
from routing.errors import ServerUnreachable
from routing.types import Finished, TextDelta, TokenChances, ToolCall, ToolCallStarted, Usage

pytestmark = pytest.mark.django_db(transaction=True)
CHANCES = ({"token": "Hi", "logprob": -0.1, "bytes": None, "top_logprobs": []},)


async def count() -> int:
    return await Generation.objects.acount()


async def test_each_has_its_index_and_its_row(aclient, alice, model) -> None:
    model.does(TextDelta("Hi"), Finished("stop", Usage(5, 2)))
    answer = (await ask(aclient, n=3)).json()
    assert [one["index"] for one in answer["choices"]] == [0, 1, 2]
    assert {one["message"]["content"] for one in answer["choices"]} == {"Hi"}
    assert answer["usage"] == {"prompt_tokens": 5, "completion_tokens": 6, "total_tokens": 11}
    assert await count() == 3


async def test_in_a_stream_they_come_with_their_index(aclient, alice, model) -> None:
    model.does(TextDelta("Hi"), TextDelta(" there"), Finished("stop"))
    choices = [one["choices"][0] for one in await told(await ask(aclient, n=2, stream=True))]
    for index in (0, 1):
        own = [one for one in choices if one["index"] == index]
        assert "".join(one["delta"].get("content", "") for one in own) == "Hi there"
        assert [one["finish_reason"] for one in own][-1] == "stop"
        assert own[0]["delta"]["role"] == "assistant"


async def test_where_they_are_too_many_none_begins(aclient, alice, settings) -> None:
    settings.TURNS_AT_ONCE = 2
    refused = await ask(aclient, n=3)
    assert (refused.status_code, refused.json()["error"]["type"]) == (429, "rate_limit_error")
    assert await count() == 0


async def test_where_one_fails_none_is_told(aclient, alice, model) -> None:
    model.does(ServerUnreachable(server="http://x"))
    assert (await ask(aclient, n=2)).status_code == 503
    assert (await ask(aclient, n=2, stream=True)).status_code == 503


async def test_chances_stand_beside_the_words(aclient, alice, model) -> None:
    model.does(TextDelta("Hi"), TokenChances(CHANCES), Finished("stop"))
    whole = (await ask(aclient, logprobs=True, top_logprobs=0)).json()
    assert whole["choices"][0]["logprobs"] == {"content": [*CHANCES]}
    chunks = await told(await ask(aclient, logprobs=True, stream=True))
    found = [one["choices"][0].get("logprobs") for one in chunks]
    assert [one for one in found if one] == [{"content": [*CHANCES]}]
    assert "logprobs" not in (await ask(aclient)).json()["choices"][0]


async def test_a_call_in_the_old_words(aclient, alice, model) -> None:
    model.does(ToolCallStarted(ToolCall("c1", "weather", {"city": "Wien"})), Finished("stop"))
    old = {"functions": [function()["function"]]}
    choice = (await ask(aclient, **old)).json()["choices"][0]
    assert choice["finish_reason"] == "function_call"
    call = {"name": "weather", "arguments": '{"city": "Wien"}'}
    assert choice["message"]["function_call"] == call
    chunks = await told(await ask(aclient, **old, stream=True))
    deltas = [one["choices"][0]["delta"] for one in chunks]
    assert [one for one in deltas if "function_call" in one] == [{"function_call": call}]


async def test_who_stops_reading_stops_all(aclient, alice, model) -> None:
    model.does(TextDelta("Half"), never(), Finished("stop"))
    response = await ask(aclient, n=2, stream=True)
    response.close()
    while await Generation.objects.filter(status="stopped").acount() < 2:
        await until(lambda: True)


async def test_a_slash_at_the_end_of_the_address(aclient, alice) -> None:
    body = {"model": "echo", "messages": HI}
    for path in ("/v1/chat/completions/", "/v1/models/"):
        method = aclient.get if "models" in path else aclient.post
        given = () if "models" in path else (body,)
        answer = await method(path, *given, content_type="application/json")
        assert answer.status_code == 200
    await ended()
