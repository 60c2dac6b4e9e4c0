from collections.abc import AsyncGenerator

import pytest

from routing.errors import StreamFailed
from routing.llm.echo import EchoProvider
from routing.strategies import STRATEGIES
from routing.strategies.direct import WHY
from routing.tests.helpers import asking, choosing, collect
from routing.types import ChatRequest, Event, Finished, RouteChosen, TextDelta, WindowKnown

DIRECT = STRATEGIES["direct"]
FIRST = (RouteChosen("direct", "smollm2:135m", "echo:", WHY), WindowKnown(8192, "loaded"))


class Saying(EchoProvider):
    def __init__(self, *events: Event | Exception) -> None:
        self.events = events
        self.closed = False

    async def chat(self, request: ChatRequest) -> AsyncGenerator[Event]:
        try:
            for event in self.events:
                if isinstance(event, Exception):
                    raise event
                yield event
        finally:
            self.closed = True


async def test_the_route_comes_first() -> None:
    events = await collect(DIRECT.answer(asking(), choosing(Saying(Finished("stop")))))
    assert events == [*FIRST, Finished("stop")]


async def test_nothing_follows_the_first_finished() -> None:
    provider = Saying(Finished("stop"), TextDelta("more"), Finished("stop"))
    assert await collect(DIRECT.answer(asking(), choosing(provider))) == [
        *FIRST,
        Finished("stop"),
    ]


async def test_a_provider_without_an_end_has_ended_early() -> None:
    events = await collect(DIRECT.answer(asking(), choosing(Saying(TextDelta("Hi")))))
    assert events[-1] == Finished("ended_early")


async def test_errors_are_left_to_the_runner() -> None:
    provider = Saying(TextDelta("Hi"), StreamFailed(server="s", detail="d"))
    with pytest.raises(StreamFailed):
        await collect(DIRECT.answer(asking(), choosing(provider)))


async def test_closing_reaches_the_provider() -> None:
    provider = Saying(TextDelta("Hi"), TextDelta("more"))
    events = DIRECT.answer(asking(), choosing(provider))
    for _ in range(3):
        await anext(aiter(events))
    await events.aclose()  # type: ignore[attr-defined]
    assert provider.closed
