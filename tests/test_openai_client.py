"""The official client of OpenAI against the real server: what other programs do with it."""

import shutil
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from openai import OpenAI

from tests.conftest import MakeStudio
from tests.servers import ExampleAgent, FakeModels, Studio

NEWEST = """SELECT g.status, g.finish_reason, g.strategy, g.model_name, g.message_id, m.tool_calls
  FROM conversations_generation g LEFT JOIN metrics_chatmetric m ON m.generation_id = g.id
  ORDER BY g.id DESC LIMIT 1"""
WEATHER: Any = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "The weather in a city.",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
        },
    },
}


@pytest.fixture(scope="module")
def agent() -> Iterator[ExampleAgent]:
    made = ExampleAgent()
    yield made
    made.close()


@pytest.fixture(scope="module")
def studio(
    prepared: Path,
    models: FakeModels,
    agent: ExampleAgent,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Studio]:
    data_dir = tmp_path_factory.mktemp("openai") / "data"
    shutil.copytree(prepared, data_dir)
    server = Studio(data_dir, models.url, **agent.settings("openai")).start()
    yield server
    server.close()
    assert server.failures() == []


def client_of(studio: Studio, key: str = "none-is-needed") -> OpenAI:
    plain = httpx.Client(trust_env=False)
    return OpenAI(base_url=f"{studio.url}/v1", api_key=key, max_retries=0, http_client=plain)


@pytest.fixture
def client(studio: Studio) -> Iterator[OpenAI]:
    """Afterwards each generation has its metric, and no conversation was made."""
    with client_of(studio) as made:
        yield made
    count = "SELECT count(*) FROM conversations_generation"
    metrics = "SELECT count(*) FROM metrics_chatmetric"
    assert until(lambda: studio.rows(count) == studio.rows(metrics))
    assert studio.rows("SELECT count(*) FROM conversations_conversation") == [(0,)]
    assert studio.rows("SELECT count(*) FROM conversations_toolcall") == [(0,)]


def until(condition: Any, seconds: float = 14.0) -> bool:
    end = time.monotonic() + seconds
    while not (found := condition()) and time.monotonic() < end:
        time.sleep(0.05)
    return bool(found)


@dataclass
class Told:
    """An answer as the client has it, whole or put together from its pieces."""

    content: str = ""
    tool_calls: list[Any] = field(default_factory=list)
    finish_reasons: list[str] = field(default_factory=list)
    pieces: int = 0


def answer_of(client: OpenAI, *, stream: bool, model: str, text: str) -> Told:
    answer: Any = client.chat.completions.create(model=model, messages=[user(text)], stream=stream)
    told = Told()
    for one in answer if stream else [answer]:
        (choice,) = one.choices
        words = choice.delta if stream else choice.message
        told.content += words.content or ""
        told.tool_calls += words.tool_calls or []
        told.pieces += bool(words.content)
        if choice.finish_reason:
            told.finish_reasons.append(choice.finish_reason)
    return told


whole_and_streamed = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])


def user(text: str) -> Any:
    return {"role": "user", "content": text}


def newest_is(studio: Studio, *row: object) -> bool:
    """Metrics come a moment after the answer."""
    return until(lambda: studio.rows(NEWEST) == [row])


def test_models_are_listed_and_found(client: OpenAI) -> None:
    names = [model.id for model in client.models.list()]
    assert {"fast:1b", "direct/fast:1b", "tools/fast:1b", "agent"} <= set(names)
    assert "embed:1b" not in names
    assert client.models.retrieve("tools/fast:1b").id == "tools/fast:1b"


def test_an_answer_by_a_bare_name(client: OpenAI, studio: Studio) -> None:
    answer = client.chat.completions.create(model="fast:1b", messages=[user("Hello there")])
    assert answer.choices[0].message.content == "Hello there"
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
    assert newest_is(studio, "complete", "stop", "direct", "fast:1b", None, 0)


def test_a_stream_by_a_bare_name(client: OpenAI, studio: Studio) -> None:
    stream = client.chat.completions.create(
        model="thinks-aloud:1b",
        messages=[user("Why?")],
        stream=True,
        stream_options={"include_usage": True},
    )
    chunks = list(stream)
    deltas = [chunk.choices[0].delta for chunk in chunks if chunk.choices]
    assert "".join(delta.content or "" for delta in deltas) == "Why?"
    thought = "".join(getattr(delta, "reasoning_content", None) or "" for delta in deltas)
    assert thought == "Why?"
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].usage
    assert studio.rows(NEWEST)[0][:4] == ("complete", "stop", "direct", "thinks-aloud:1b")


def test_a_programs_own_tool_there_and_back(client: OpenAI, studio: Studio) -> None:
    messages = [user('call weather {"city": "Wien"}')]
    asked = client.chat.completions.create(
        model="direct/tools:1b", messages=messages, tools=[WEATHER]
    )
    assert asked.choices[0].finish_reason == "tool_calls"
    (call,) = asked.choices[0].message.tool_calls or ()
    assert (call.function.name, call.function.arguments) == ("weather", '{"city": "Wien"}')
    result: Any = {"role": "tool", "tool_call_id": call.id, "content": "Rain"}
    answer = client.chat.completions.create(
        model="direct/tools:1b",
        messages=[*messages, asked.choices[0].message, result],
        tools=[WEATHER],
    )
    assert answer.choices[0].message.content == "The tool said: Rain"
    assert newest_is(studio, "complete", "stop", "direct", "tools:1b", None, 0)


def test_a_programs_own_tool_in_a_stream(client: OpenAI) -> None:
    with client.chat.completions.stream(
        model="direct/tools:1b", messages=[user('call weather {"city": "Wien"}')], tools=[WEATHER]
    ) as stream:
        choice = stream.get_final_completion().choices[0]
    assert choice.finish_reason == "tool_calls"
    (call,) = choice.message.tool_calls or ()
    assert (call.function.name, call.function.arguments) == ("weather", '{"city": "Wien"}')


@whole_and_streamed
def test_chat_studios_own_tools(client: OpenAI, studio: Studio, stream: bool) -> None:
    text = 'call calculate {"expression": "6 * 7"}'
    told = answer_of(client, stream=stream, model="tools/tools:1b", text=text)
    assert told.content == "The tool said: 42"
    assert (told.tool_calls, told.finish_reasons) == ([], ["stop"])
    assert newest_is(studio, "complete", "stop", "tools", "tools:1b", None, 1)


@whole_and_streamed
def test_what_would_need_a_persons_word_is_not_done(
    client: OpenAI, studio: Studio, stream: bool
) -> None:
    text = 'call remember {"fact": "Eats no nuts."}'
    told = answer_of(client, stream=stream, model="tools/tools:1b", text=text)
    assert "Nobody can be asked" in told.content
    assert (told.tool_calls, told.finish_reasons) == ([], ["stop"])
    assert studio.rows("SELECT count(*) FROM conversations_memory") == [(0,)]
    assert studio.rows(NEWEST)[0][:4] == ("complete", "stop", "tools", "tools:1b")


@whole_and_streamed
def test_the_agent(client: OpenAI, studio: Studio, stream: bool) -> None:
    told = answer_of(client, stream=stream, model="agent", text="What is 6 * 7?")
    assert told.content == "`6 * 7` is **42**."
    assert (told.tool_calls, told.finish_reasons) == ([], ["stop"])
    assert told.pieces > 1 or not stream
    assert studio.rows(NEWEST)[0][:3] == ("complete", "stop", "agent")


def test_a_reader_that_goes_away_stops_the_model(
    client: OpenAI, studio: Studio, models: FakeModels
) -> None:
    stream = client.chat.completions.create(model="slow:1b", messages=[user("Count")], stream=True)
    for _, chunk in zip(range(3), stream, strict=False):
        assert chunk.choices
    stream.close()
    stopped = ("stopped", "cancelled", "direct", "slow:1b", None, 0)
    assert until(lambda: studio.rows(NEWEST) == [stopped])
    assert until(lambda: models.chats("slow:1b")[-1]["disconnected_at"])


def test_one_that_waits_for_the_whole_and_goes_away(client: OpenAI, studio: Studio) -> None:
    with pytest.raises(openai.APITimeoutError):
        client.with_options(timeout=1).chat.completions.create(
            model="slow:1b", messages=[user("Count")]
        )
    stopped = ("stopped", "cancelled", "direct", "slow:1b", None, 0)
    assert until(lambda: studio.rows(NEWEST) == [stopped])


def test_failures_are_the_clients_own_kinds(client: OpenAI) -> None:
    def ask(model: str = "fast:1b", **more: Any) -> None:
        client.chat.completions.create(model=model, messages=[user("Hi")], **more)

    with pytest.raises(openai.NotFoundError) as missing:
        ask("nobody:1b")
    assert missing.value.code == "model_not_found"
    with pytest.raises(openai.BadRequestError) as refused:
        ask(tool_choice="required")
    assert refused.value.param == "tool_choice"
    with pytest.raises(openai.BadRequestError) as own:
        ask("tools/tools:1b", tools=[WEATHER])
    assert own.value.param == "tools"
    with pytest.raises(openai.InternalServerError) as busy:
        ask("busy:1b", stream=True)
    assert (busy.value.status_code, busy.value.code) == (503, "server_busy")
    with pytest.raises(openai.APIError, match="in the middle of the answer"):
        for _ in client.chat.completions.create(
            model="error-line:1b", messages=[user("Hi")], stream=True
        ):
            pass


def test_one_whose_server_was_killed_is_marked_and_measured(client: OpenAI, studio: Studio) -> None:
    stream = client.chat.completions.create(model="slow:1b", messages=[user("Count")], stream=True)
    next(stream)
    studio.end(signal.SIGKILL)
    stream.close()
    studio.start()
    interrupted = ("interrupted", "interrupted", "direct", "slow:1b", None, 0)
    assert until(lambda: studio.rows(NEWEST) == [interrupted])


def test_a_key_that_is_not_known(studio: Studio) -> None:
    with client_of(studio, "cs-nobodys") as client, pytest.raises(openai.AuthenticationError):
        client.models.list()


MAKE = """
from chatstudio import keys
from chatstudio.models import User
bob = User.objects.create_user('bob')
print(keys.make(bob, 'Editor', ['chat'], turns_per_minute=1)[1])
"""


def test_with_accounts_a_key_is_needed_and_has_its_limits(fresh_studio: MakeStudio) -> None:
    studio = fresh_studio(AUTH_MODE="accounts")
    key = studio.run("shell", "-v0", "-c", MAKE).split()[-1]
    with client_of(studio) as stranger, pytest.raises(openai.AuthenticationError):
        stranger.models.list()
    with client_of(studio, key) as client:
        assert list(client.models.list())
        ask = client.chat.completions.create
        assert ask(model="fast:1b", messages=[user("Hi")]).choices[0].message.content == "Hi"
        with pytest.raises(openai.RateLimitError) as limited:
            ask(model="fast:1b", messages=[user("Hi")])
    assert int(limited.value.response.headers["Retry-After"]) > 0
    rows = """SELECT u.username, k.name FROM conversations_generation g
      JOIN chatstudio_user u ON u.id = g.owner_id JOIN chatstudio_apikey k ON k.id = g.api_key_id"""
    assert studio.rows(rows) == [("bob", "Editor")]
