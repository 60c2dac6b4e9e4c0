"""Asking with what fits, and once more where the server refuses."""

from collections.abc import AsyncGenerator

import pytest

from routing.asking import ask
from routing.errors import ContextExceeded
from routing.llm.echo import EchoProvider
from routing.tests.helpers import choosing, collect, text_of
from routing.tests.test_fitting import request
from routing.types import (
    ChatRequest,
    Chosen,
    Event,
    Finished,
    HistoryCut,
    ModelInfo,
    Parameters,
    TextDelta,
    WindowKnown,
)


class Narrow(EchoProvider):
    """Counts three tokens a word, unlike anybody's estimate, and holds `window` of them."""

    def __init__(self, window: int, says_numbers: bool = True) -> None:
        self.window, self.says_numbers = window, says_numbers
        self.asked: list[ChatRequest] = []

    async def chat(self, request: ChatRequest) -> AsyncGenerator[Event]:
        self.asked.append(request)
        tokens = sum(3 * len(message.content.split()) for message in request.messages)
        if tokens > self.window:
            numbers = {"prompt_tokens": tokens, "context_length": self.window}
            raise ContextExceeded(model_name="m", **(numbers if self.says_numbers else {}))
        yield TextDelta("Yes")
        yield Finished("stop")

    async def describe_model(self, model_name: str) -> ModelInfo:
        return ModelInfo(model_name, self.server, loaded_context_length=self.window)


async def asked(provider: Narrow, **facts) -> list[Event]:
    chosen = await choosing(provider, **{"loaded_context_length": None, **facts})()
    return await collect(ask(request(10), chosen))


async def test_a_refusal_is_answered_with_what_fits() -> None:
    provider = Narrow(1000)
    events = await asked(provider)
    assert text_of(events) == "Yes"
    assert len(provider.asked) == 2
    (cut,) = [event for event in events if isinstance(event, HistoryCut)]
    assert 0 < cut.turns < 10


async def test_the_refusals_window_is_told() -> None:
    assert WindowKnown(1000, "refusal") in await asked(Narrow(1000))


async def test_without_numbers_half_of_it_is_left_out() -> None:
    provider = Narrow(4000, says_numbers=False)
    assert text_of(await asked(provider)) == "Yes"


async def test_what_still_does_not_fit_fails_with_the_servers_word() -> None:
    provider = Narrow(5)
    with pytest.raises(ContextExceeded):
        await asked(provider)
    assert len(provider.asked) == 2


async def test_a_single_turn_is_not_asked_twice() -> None:
    provider = Narrow(1)
    with pytest.raises(ContextExceeded):
        await collect(ask(request(0), Chosen(ModelInfo("m", "echo:"), provider)))
    assert len(provider.asked) == 1


async def test_a_known_window_is_fitted_before_asking() -> None:
    provider = Narrow(4000)
    events = await asked(provider, loaded_context_length=1200)
    assert len(provider.asked) == 1
    assert any(isinstance(event, HistoryCut) for event in events)


async def test_the_window_that_a_person_set_holds() -> None:
    chosen = await choosing(Narrow(9999), loaded_context_length=8192)()
    events = await collect(ask(request(1, parameters=Parameters(num_ctx=600)), chosen))
    assert events[0] == WindowKnown(600, "request")


async def test_more_than_the_model_was_trained_for_is_not_believed() -> None:
    chosen = await choosing(Narrow(9999), context_length=2048)()
    events = await collect(ask(request(1, parameters=Parameters(num_ctx=100_000)), chosen))
    assert events[0] == WindowKnown(2048, "request")


async def test_a_model_that_was_just_loaded_tells_its_window_at_the_end() -> None:
    events = await asked(Narrow(9999))
    assert events[-2:] == [WindowKnown(9999, "loaded"), Finished("stop")]


async def test_the_cut_is_told_before_the_first_word() -> None:
    events = await asked(Narrow(4000), loaded_context_length=1200)
    kinds = [type(event) for event in events]
    assert kinds.index(HistoryCut) < kinds.index(TextDelta)
