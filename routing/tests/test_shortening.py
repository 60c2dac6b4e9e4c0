"""What does not fit the window though it is the last turn: results and files are sent shortened."""

from collections.abc import AsyncGenerator

import pytest

from routing.asking import (
    BYTES_PER_TOKEN,
    ask,
    bytes_per_token,
    estimate_tokens,
    fit_request,
    largest_part,
    weigh,
)
from routing.errors import ContextExceeded
from routing.llm.echo import EchoProvider
from routing.strategies import STRATEGIES
from routing.tests.helpers import asking, choosing, collect, text_of
from routing.tools import registry
from routing.tools.base import Risk, Tool, ToolContext
from routing.types import (
    ChatMessage,
    ChatRequest,
    Event,
    Finished,
    Notice,
    TextDelta,
    ToolCall,
    ToolCallStarted,
    Usage,
)

LONG = "word " * 2000
PLAIN = {"capabilities": frozenset({"completion"}), "loaded_context_length": None}
NATIVE = {"capabilities": frozenset({"completion", "tools"}), "loaded_context_length": None}


@pytest.mark.parametrize(
    ("text", "fewest", "most"),
    [
        ("The quick brown fox jumps over the lazy dog again and again today.", 14, 25),
        ("2024,17.53,4821,0.991\n" * 50, 650, 1100),
        ('def add(a: int, b: int) -> int:\n    return {"sum": a + b}["sum"]\n', 20, 40),
        ("热泵是一种将热量从低温处转移到高温处的装置", 18, 40),
        ("Тепловой насос переносит тепло в гору", 15, 40),
    ],
    ids=["words", "numbers", "code", "Chinese", "Russian"],
)
def test_an_estimate_knows_kinds_of_text(text: str, fewest: int, most: int) -> None:
    assert fewest <= weigh(text) / BYTES_PER_TOKEN <= most


def with_results(*results: str, question: str = "And now?", extra: int = 0) -> ChatRequest:
    messages = [ChatMessage("user", question, extra=extra)]
    for number, result in enumerate(results):
        call = ToolCall(f"c{number}", "look", {"n": number})
        messages.append(ChatMessage("assistant", "", tool_calls=(call,)))
        messages.append(ChatMessage("tool", result, tool_call_id=f"c{number}", tool_name="look"))
    return ChatRequest("m", tuple(messages))


def test_the_longest_result_is_shortened_and_says_so() -> None:
    sent = fit_request(with_results("short", LONG, "short"), 1500)
    assert sent.is_shortened
    assert sent.cut is None
    assert estimate_tokens(sent.request) <= 1500 - 375
    first, _, second, *_ = [m.content for m in sent.request.messages if m.role != "assistant"]
    assert (first, second.startswith("word word")) == ("And now?", True)
    assert "more characters do not fit" in second
    assert estimate_tokens(sent.request) > 1000


def test_then_the_oldest_rounds_are_left_out() -> None:
    sent = fit_request(with_results(*["word " * 100] * 20), 800)
    assert estimate_tokens(sent.request) <= 800 - 200
    assert sent.request.messages[0].content == "And now?"
    assert sent.request.messages[-1].tool_call_id == "c19"
    kinds = [message.role for message in sent.request.messages]
    assert kinds == ["user", *["assistant", "tool"] * ((len(kinds) - 1) // 2)]


def test_a_file_is_shortened_and_the_words_stay() -> None:
    text = f"{LONG}\n\nWhat does it say?"
    sent = fit_request(with_results(question=text, extra=len(LONG)), 1000)
    assert sent.is_shortened
    assert sent.request.messages[0].content.endswith("\n\nWhat does it say?")


def test_earlier_turns_go_first() -> None:
    last = with_results("word " * 100)
    earlier = (ChatMessage("user", LONG), ChatMessage("assistant", LONG))
    sent = fit_request(ChatRequest("m", (*earlier, *last.messages)), 1000)
    assert (sent.request.messages, sent.is_shortened) == (last.messages, False)


def test_what_the_person_wrote_is_never_cut() -> None:
    alone = with_results(question=LONG)
    assert fit_request(alone, 100).request is alone


@pytest.mark.parametrize(
    ("request_", "part", "words"),
    [
        (with_results(question=LONG), "", "Your last message is longer"),
        (with_results(LONG), "tools", "What the tools are and have told"),
        (with_results(question=LONG + "?", extra=len(LONG)), "files", "The files are more"),
        (
            ChatRequest("m", (ChatMessage("system", LONG), ChatMessage("user", "Hi"))),
            "instructions",
            "The system prompt",
        ),
    ],
)
def test_the_sentence_names_what_is_too_long(request_: ChatRequest, part: str, words: str) -> None:
    assert largest_part(request_) == part
    error = ContextExceeded(model_name="m", prompt_tokens=900, context_length=512, cause=part)
    assert str(error).startswith(words)
    assert "(900 tokens sent, room for 512)" in str(error)


def test_a_count_teaches_how_many_bytes_a_token_has() -> None:
    request = with_results("1,2,3\n" * 100)
    ratio = bytes_per_token(request, 700)
    assert ratio is not None
    assert abs(estimate_tokens(ChatRequest("m", request.messages, bytes_per_token=ratio)) - 700) < 9
    assert bytes_per_token(request, 3) is None


class Narrow(EchoProvider):
    """Calls `look` until it was told its result; counts a token for each word and refuses more than
    `window`. `is_plain` writes its call into the text."""

    def __init__(self, window: int, *, is_plain: bool = False) -> None:
        self.window, self.is_plain = window, is_plain
        self.asked: list[ChatRequest] = []

    async def chat(self, request: ChatRequest) -> AsyncGenerator[Event]:
        self.asked.append(request)
        tokens = sum(len(message.content.split()) for message in request.messages)
        if tokens > self.window:
            numbers = {"prompt_tokens": tokens, "context_length": self.window}
            raise ContextExceeded(model_name="m", **numbers)
        if "word word" in request.messages[-1].content:
            yield TextDelta("It says word.")
        elif self.is_plain:
            yield TextDelta('<tool_call>{"name": "look", "arguments": {}}</tool_call>')
        else:
            yield ToolCallStarted(ToolCall("c1", "look", {}))
        yield Finished("stop", Usage(tokens, 5))


@pytest.fixture
def long_tool(monkeypatch) -> None:
    async def run(arguments, context) -> str:
        return LONG

    async def source(context: ToolContext) -> list[Tool]:
        return [Tool("look", "Looks.", {"type": "object"}, Risk.READS, run)]

    monkeypatch.setattr(registry, "FIXED", [])
    monkeypatch.setattr(registry, "SOURCES", [source])


@pytest.mark.parametrize("is_plain", [False, True], ids=["native", "told"])
async def test_a_result_that_does_not_fit_is_sent_shortened(long_tool, is_plain: bool) -> None:
    provider = Narrow(700, is_plain=is_plain)
    choose = choosing(provider, **(PLAIN if is_plain else NATIVE))
    request = asking("Look please!", tool_context=ToolContext(1))
    events = await collect(STRATEGIES["tools"].answer(request, choose))
    assert text_of(events) == "It says word."
    assert Notice("shortened") in events
    assert len(provider.asked) == 3
    last = [m.content for m in provider.asked[-1].messages if m.role == "user"]
    assert "Look please!" in last


async def test_what_never_fits_does_not_blame_the_person(long_tool) -> None:
    request = asking("Look!", tool_context=ToolContext(1))
    with pytest.raises(ContextExceeded, match="What the tools are and have told"):
        await collect(STRATEGIES["tools"].answer(request, choosing(Narrow(1), **NATIVE)))


async def test_a_file_that_does_not_fit_is_sent_less_once() -> None:
    provider = Narrow(500)
    message = ChatMessage("user", f"{LONG}\n\nWhat?", extra=len(LONG))
    chosen = await choosing(provider, loaded_context_length=None)()
    events = await collect(ask(ChatRequest("m", (message,)), chosen))
    assert Notice("shortened") in events
    assert provider.asked[1].messages[0].content.endswith("What?")
