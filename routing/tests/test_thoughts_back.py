"""Thoughts before calls go back to the server within the same answer, if its model wants them."""

import json
from collections.abc import Iterator
from contextlib import aclosing

import pytest

from chatstudio.base.json_types import JsonObject, JsonValue
from routing.errors import RequestRejected
from routing.llm import thoughts_back
from routing.llm.ollama import OllamaProvider
from routing.llm.openai_compatible import OpenAICompatibleProvider
from routing.strategies import STRATEGIES
from routing.tests.replay import Canned, replay
from routing.tools.base import ToolContext
from routing.types import ChatMessage, ChatRequest, Chosen, Event, Finished, ModelInfo, ToolCall

THINKS = frozenset({"completion", "tools", "thinking"})
HISTORY = (
    ChatMessage("user", "Hi"),
    ChatMessage("assistant", "Hello."),
    ChatMessage("user", "Twice three?"),
)


def ollama(*messages: JsonObject) -> Canned:
    told: list[JsonObject] = [{"message": one, "done": False} for one in messages]
    told.append({"message": {}, "done": True, "done_reason": "stop"})
    return Canned(b"".join(json.dumps(one).encode() + b"\n" for one in told))


def openai(*deltas: JsonObject) -> Canned:
    told: list[JsonObject] = [{"choices": [{"index": 0, "delta": one}]} for one in deltas]
    told.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    body = "".join(f"data: {json.dumps(one)}\n\n" for one in told)
    return Canned(f"{body}data: [DONE]\n\n".encode(), content_type="text/event-stream")


def refusal(words: str) -> Canned:
    return Canned(json.dumps({"error": {"message": words}}).encode(), 400, "application/json")


def calls(number: int) -> JsonObject:
    arguments = json.dumps({"expression": f"{number}*3"})
    function: JsonObject = {"name": "calculate", "arguments": arguments}
    return {"tool_calls": [{"index": 0, "id": f"c{number}", "function": function}]}


SIX = openai({"content": "Six."})


@pytest.fixture(autouse=True)
def nothing_is_known() -> Iterator[None]:
    thoughts_back._fields.clear()
    yield
    thoughts_back._fields.clear()


async def answered(
    provider: OllamaProvider | OpenAICompatibleProvider,
    messages: tuple[ChatMessage, ...] = HISTORY,
    capabilities: frozenset[str] | None = None,
) -> Event:
    """How it ends."""
    model = ModelInfo("m", provider.server, capabilities=capabilities)

    async def choose() -> Chosen:
        return Chosen(model, provider)

    request = ChatRequest("m", messages, tool_context=ToolContext(1))
    async with aclosing(STRATEGIES["tools"].answer(request, choose)) as told:
        return [event async for event in told][-1]


async def sent_to_ollama(capabilities: frozenset[str]) -> list[JsonObject]:
    """The messages of the second round."""
    call: JsonObject = {"function": {"name": "calculate", "arguments": {"expression": "2*3"}}}
    first = ollama({"thinking": "I should "}, {"thinking": "count."}, {"tool_calls": [call]})
    async with replay({"/api/chat": [first, ollama({"content": "Six."})]}) as told:
        await answered(OllamaProvider(told.url), capabilities=capabilities)
    bodies = [json.loads(body) for _, path, _, body in told.requests if path == "/api/chat"]
    sent: list[JsonObject] = bodies[1]["messages"]
    return sent


async def test_ollama_gets_them_beside_the_calls() -> None:
    *before, asked, result = await sent_to_ollama(THINKS)
    assert (asked["thinking"], result["role"]) == ("I should count.", "tool")
    assert asked["tool_calls"]
    assert not any("thinking" in message for message in before)


async def test_a_model_that_cannot_think_gets_none() -> None:
    assert not any("thinking" in one for one in await sent_to_ollama(THINKS - {"thinking"}))


async def sent_to(
    *answers: Canned, messages: tuple[ChatMessage, ...] = HISTORY
) -> tuple[list[list[JsonObject]], Event]:
    """The messages of each request, and how the answer ended."""
    async with replay({"/v1/chat/completions": [*answers]}) as told:
        last = await answered(OpenAICompatibleProvider(told.url), messages)
    chats = [body for _, path, _, body in told.requests if path.endswith("completions")]
    return [json.loads(body)["messages"] for body in chats], last


def told_in(field: str, messages: list[JsonObject]) -> list[JsonValue]:
    return [message[field] for message in messages if field in message]


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
async def test_others_get_them_in_the_field_in_which_they_came(field: str) -> None:
    thinking = (openai({field: f"Thought {n}."}, calls(n)) for n in (1, 2))
    sent, _ = await sent_to(*thinking, SIX)
    assert [told_in(field, one) for one in sent] == [
        [],
        ["Thought 1."],
        ["Thought 1.", "Thought 2."],
    ]


async def test_thoughts_that_came_in_the_text_are_not_sent_back() -> None:
    sent, _ = await sent_to(openai({"content": "<think>Count.</think>"}, calls(2)), SIX)
    assert len(sent) == 2
    assert not any(told_in(field, sent[1]) for field in thoughts_back.FIELDS)


async def test_a_server_that_refuses_them_is_asked_without_and_remembered() -> None:
    first, second = (openai({"reasoning": "Count."}, calls(n)) for n in (1, 2))
    refused = refusal("'messages.3' : property 'reasoning' is unsupported")
    sent, last = await sent_to(first, refused, second, SIX)
    assert [len(told_in("reasoning", one)) for one in sent] == [0, 1, 0, 0]
    assert last == Finished("stop")


async def test_a_server_that_wants_them_gets_them_where_nothing_is_known_of_it() -> None:
    """As after a restart, while the answer waited for a decision."""
    call = ToolCall("c1", "calculate", {"expression": "2*3"})
    asked = ChatMessage("assistant", "", (call,), thoughts="Count first.")
    result = ChatMessage("tool", "6", tool_call_id="c1", tool_name="calculate")
    wanted = refusal("The `reasoning_content` in the thinking mode must be passed back to the API.")
    sent, last = await sent_to(wanted, SIX, messages=(*HISTORY, asked, result))
    assert [told_in("reasoning_content", one) for one in sent] == [[], ["Count first."]]
    assert last == Finished("stop")


async def test_another_refusal_is_told_as_it_is() -> None:
    with pytest.raises(RequestRejected, match="mend"):
        await sent_to(openai({"reasoning": "Count."}, calls(1)), refusal("Please mend the call."))
