"""Recorded streams in which a model writes its call as text: it is run, and not shown."""

from pathlib import Path

import pytest

from routing.llm.ollama import OllamaProvider
from routing.llm.openai_compatible import OpenAICompatibleProvider
from routing.strategies import STRATEGIES
from routing.tests.helpers import WEATHER, asking, calls_of, choosing, collect, end_of, text_of
from routing.tests.replay import Canned, replay, transcript
from routing.tools import registry
from routing.tools.base import ToolContext
from routing.tools.calculator import calculate
from routing.types import Event, ToolCallFinished

WIRE = Path(__file__).parent / "wire"
RECORDED = sorted(WIRE.glob("call-in-text-*.sse"))
ANSWER = Canned(
    b'data: {"choices": [{"delta": {"content": "It is 391."}, "finish_reason": "stop"}]}\n\n'
    b"data: [DONE]\n\n",
    content_type="text/event-stream",
)
NATIVE, PLAIN = frozenset({"completion", "tools"}), frozenset({"completion"})


@pytest.fixture(autouse=True)
def only_the_calculator(monkeypatch) -> None:
    monkeypatch.setattr(registry, "FIXED", [calculate])
    monkeypatch.setattr(registry, "SOURCES", [])


@pytest.mark.parametrize("capabilities", [NATIVE, PLAIN], ids=["native", "told"])
@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
async def test_the_call_runs_and_the_page_never_sees_it(path: Path, capabilities) -> None:
    said = Canned(path.read_bytes(), content_type="text/event-stream")
    async with replay({"/v1/chat/completions": [said, ANSWER]}) as told:
        provider = OpenAICompatibleProvider(told.url)
        request = asking("17 * 23?", tool_context=ToolContext(1))
        choose = choosing(provider, capabilities=capabilities)
        events = await collect(STRATEGIES["tools"].answer(request, choose))
    assert [one.result for one in events if isinstance(one, ToolCallFinished)] == ["391"]
    assert (text_of(events), end_of(events).finish_reason) == ("It is 391.", "stop")


async def asked_direct(text: str) -> list[Event]:
    """Where the tools are a program's own."""
    request = asking(text, tools=(WEATHER,))
    async with replay({"/api/chat": transcript("30")}) as told:
        choose = choosing(OllamaProvider(told.url))
        return await collect(STRATEGIES["direct"].answer(request, choose))


async def test_a_programs_own_tool_is_called_too() -> None:
    events = await asked_direct("What is the weather in Paris?")
    (call,) = calls_of(events)
    assert (call.name, call.arguments) == ("get_weather", {"city": "Paris", "unit": "celsius"})
    assert text_of(events) == ""
