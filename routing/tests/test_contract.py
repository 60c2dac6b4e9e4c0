"""What every provider keeps, whatever it speaks. A new one is a line in `PROVIDERS`."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from routing.errors import ModelNotFound
from routing.llm.echo import EchoProvider
from routing.llm.ollama import OllamaProvider
from routing.llm.openai_compatible import OpenAICompatibleProvider
from routing.strategies import STRATEGIES
from routing.strategies.direct import WHY
from routing.tests.helpers import answer, asking, choosing, end_of, text_of
from routing.types import ChatMessage, ChatRequest, Provider, RouteChosen, TextDelta
from tests.fakes.model_server import running

TEXT = "Zwei **Wörter** und\n\n- ein Punkt 🎈"
BEGUN = (ChatMessage("user", "one two three"), ChatMessage("assistant", "one "))

type Opened = AbstractAsyncContextManager[tuple[Provider, str]]


@asynccontextmanager
async def echo() -> AsyncIterator[tuple[Provider, str]]:
    yield EchoProvider(), "echo"


@asynccontextmanager
async def ollama() -> AsyncIterator[tuple[Provider, str]]:
    async with running() as (url, _):
        yield OllamaProvider(url), "fast:1b"


@asynccontextmanager
async def openai() -> AsyncIterator[tuple[Provider, str]]:
    async with running("openai") as (url, _):
        yield OpenAICompatibleProvider(url), "fast:1b"


PROVIDERS: tuple[Callable[[], Opened], ...] = (echo, ollama, openai)
every_provider = pytest.mark.parametrize("opened", PROVIDERS)


@every_provider
async def test_an_answer_is_deltas_and_then_exactly_one_finished(
    opened: Callable[[], Opened],
) -> None:
    async with opened() as (provider, name):
        events = await answer(provider, asking(TEXT, model_name=name))
    assert text_of(events) == TEXT
    assert end_of(events).finish_reason == "stop"
    assert len(events) > 3


@every_provider
async def test_usage_is_told_at_the_end(opened: Callable[[], Opened]) -> None:
    async with opened() as (provider, name):
        usage = end_of(await answer(provider, asking("a b c", model_name=name))).usage
    assert (usage.input_tokens, usage.output_tokens) == (3, 3)


@every_provider
async def test_a_trailing_assistant_message_is_continued_with_new_text_only(
    opened: Callable[[], Opened],
) -> None:
    async with opened() as (provider, name):
        events = await answer(provider, ChatRequest(name, BEGUN))
    assert text_of(events) == "two three"


@every_provider
async def test_closing_after_the_first_word_is_quiet(opened: Callable[[], Opened]) -> None:
    async with opened() as (provider, name):
        events = provider.chat(asking(TEXT, model_name=name))
        assert isinstance(await anext(aiter(events)), TextDelta)
        await events.aclose()  # type: ignore[attr-defined]


@every_provider
async def test_an_unknown_model_is_not_found(opened: Callable[[], Opened]) -> None:
    async with opened() as (provider, _):
        with pytest.raises(ModelNotFound):
            await answer(provider, asking(model_name="nope:1b"))
        with pytest.raises(ModelNotFound):
            await provider.describe_model("nope:1b")


@every_provider
async def test_models_name_the_server_that_offers_them(opened: Callable[[], Opened]) -> None:
    async with opened() as (provider, name):
        models = await provider.list_models()
        described = await provider.describe_model(name)
    assert {model.server for model in models} == {provider.server}
    assert described in models
    assert described.context_length


@every_provider
async def test_a_loaded_model_is_known_to_be_loaded(opened: Callable[[], Opened]) -> None:
    async with opened() as (provider, name):
        assert await provider.is_loaded(name) is True


@every_provider
async def test_the_direct_strategy_says_its_route_first(opened: Callable[[], Opened]) -> None:
    async with opened() as (provider, name):
        request = asking(TEXT, model_name=name)
        events = [e async for e in STRATEGIES["direct"].answer(request, choosing(provider, name))]
    assert events[0] == RouteChosen("direct", name, provider.server, WHY)
    assert text_of(events) == TEXT
    end_of(events)
