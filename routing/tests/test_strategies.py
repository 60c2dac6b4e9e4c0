"""What every strategy of the dict keeps."""

from itertools import pairwise

import pytest

from routing.llm.echo import EchoProvider
from routing.strategies import STRATEGIES
from routing.tests.agents import agent, lines
from routing.tests.helpers import asking, choosing, collect, end_of, text_of
from routing.types import FellBack, Finished, RouteChosen, TextDelta

TEXT = "one two three"
SAYS = lines(*({"delta": word} for word in ("one ", "two ", "three")), {"done": True})
every_strategy = pytest.mark.parametrize("name", list(STRATEGIES))
CHOOSE = choosing(EchoProvider(), "echo")


@every_strategy
async def test_a_route_then_the_answer_then_exactly_one_finished(name: str) -> None:
    async with agent(SAYS):
        events = await collect(STRATEGIES[name].answer(asking(TEXT), CHOOSE))
    assert isinstance(events[0], RouteChosen)
    assert events[0].strategy == name
    assert sum(isinstance(event, Finished) for event in events) == 1
    assert isinstance(events[-1], Finished)
    for before, event in pairwise(events):
        assert not isinstance(event, RouteChosen) or isinstance(before, FellBack)
    assert text_of(events)
    assert end_of(events).finish_reason


@every_strategy
async def test_closing_after_the_first_word_is_quiet(name: str) -> None:
    async with agent(SAYS):
        events = STRATEGIES[name].answer(asking(TEXT), CHOOSE)
        async for event in events:
            if isinstance(event, TextDelta):
                break
        await events.aclose()
    assert [event async for event in events] == []


@every_strategy
def test_it_is_called_by_its_name_and_says_what_it_lacks(name: str) -> None:
    strategy = STRATEGIES[name]
    assert strategy.name == name
    assert strategy.label
    lacking = strategy.missing()
    assert not lacking or lacking.endswith(".")
