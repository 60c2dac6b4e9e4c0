"""Direct LLM answers instead where that is allowed, a model is there, and no word had come."""

from typing import Any

import pytest

from routing.errors import AgentError, AgentFailed, AgentStreamFailed, NoModel
from routing.llm.echo import EchoProvider
from routing.tests.agents import asked, lines, whole
from routing.tests.helpers import asking, choosing, end_of, text_of
from routing.types import Chosen, FellBack, RouteChosen

TIRED = whole({"error": "tired"}, 500)
ECHO = choosing(EchoProvider(), "echo")


async def nothing() -> Chosen:
    raise NoModel(server="box")


async def test_direct_answers_in_its_place() -> None:
    first, gone, second, *rest = await asked(TIRED, choose=ECHO, fallback=True)
    assert isinstance(first, RouteChosen)
    assert isinstance(gone, FellBack)
    assert (first.strategy, gone.strategy, gone.error_code) == ("agent", "agent", "agent_failed")
    assert gone.error_context["detail"] == "tired"
    assert second == RouteChosen("direct", "echo", "echo:", "Zain Agent did not answer.")
    assert text_of(rest) == "Hello"
    assert end_of(rest).finish_reason == "stop"


@pytest.mark.parametrize(("setting", "wish", "falls"), [
    (False, None, False), (True, None, True), (False, True, True), (True, False, False),
])  # fmt: skip
async def test_the_profiles_word_counts_more_than_the_settings(
    setting: bool, wish: bool | None, falls: bool
) -> None:
    request = asking(may_fall_back=wish)
    if falls:
        assert text_of(await asked(TIRED, request, choose=ECHO, fallback=setting)) == "Hello"
    else:
        with pytest.raises(AgentFailed):
            await asked(TIRED, request, choose=ECHO, fallback=setting)


@pytest.mark.parametrize("first", [{"delta": "Half"}, {"reasoning": "Hm."}])
async def test_what_has_begun_is_not_begun_again(first: dict[str, Any]) -> None:
    with pytest.raises(AgentStreamFailed):
        await asked(lines(first, {"error": "tired"}), choose=ECHO, fallback=True)


async def test_an_end_without_a_word_falls_back() -> None:
    assert text_of(await asked(lines(), choose=ECHO, fallback=True)) == "Hello"


async def test_without_any_model_the_agents_error_is_told() -> None:
    with pytest.raises(AgentError, match="tired"):
        await asked(TIRED, choose=nothing, fallback=True)
