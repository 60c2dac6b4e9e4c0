"""What tools cost, and which of them a model is told of."""

import json
from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest

from chatstudio.base.json_types import JsonMapping, JsonObject
from routing.asking import estimate_schema
from routing.llm.echo import EchoProvider
from routing.strategies import STRATEGIES
from routing.tests.helpers import asking, calls_of, choosing, collect
from routing.tools import registry
from routing.tools.base import Risk, Tool, ToolContext
from routing.tools.choosing import MORE, Pick, Shelf
from routing.tools.ranking import rank_tools
from routing.types import (
    ChatRequest,
    Event,
    Finished,
    TextDelta,
    ToolCall,
    ToolCallFinished,
    ToolCallStarted,
    ToolsOffered,
)

ME = ToolContext(1)


def made(name: str, description: str, length: int = 0) -> Tool:
    async def run(arguments: JsonMapping, context: ToolContext) -> str:
        return f"{name} has run"

    schema: JsonObject = {"type": "object", "properties": {}}
    return Tool(name, description + " and so on" * length, schema, Risk.READS, run)


def size_of(tool: Tool) -> int:
    return estimate_schema(json.dumps(tool.as_function()))


OURS = (
    made("current_time", "Tells the current date, weekday, time, calendar week and time zone."),
    made("date_difference", "Counts the days from one date to another."),
    made("calculate", "Works out an arithmetic expression exactly."),
    made("remember", "Proposes a fact to be remembered in all later conversations."),
    made("search_conversations", "Searches what was said in earlier conversations."),
    made(
        "query_data", "Answers questions about the data below with SQL. Table sales: month, total."
    ),
    made("read_attachment", "Reads in a file that the person attached: by pages or by lines."),
    made("fetch_web_page", "Opens one web page and tells its text."),
    made("github_create_issue", "Opens an issue in a repository."),
    made("weather_forecast", "Tells the weather of the next days in a city."),
)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("17 * 23?", "calculate"),
        ("How much is 12 percent of 80", "calculate"),
        ("What day is it today?", "current_time"),
        ("How long from 2024-01-01 to 2024-03-01?", "date_difference"),
        ("Keep in mind that I eat no nuts", "remember"),
        ("What did I say last time about Rome?", "search_conversations"),
        ("The average sales per month", "query_data"),
        ("What stands on page 3 of report.pdf?", "read_attachment"),
        ("Summarise https://example.com/", "fetch_web_page"),
        ("Is the weather in Paris fine?", "weather_forecast"),
        ("Create issues for both", "github_create_issue"),
    ],
)
def test_the_nearest_tool_comes_first(question: str, name: str) -> None:
    assert rank_tools(OURS, question)[0].name == name


def test_what_fits_is_offered_whole_and_in_its_order() -> None:
    tools = {tool.name: tool for tool in OURS}
    shelf = Shelf(Pick(tools), 10_000, size_of)
    shelf.lay_out("17 * 23?")
    assert list(shelf.offered) == list(tools)
    assert MORE not in shelf.toolbox()


@pytest.mark.parametrize("budget", [10, 60, 120, 200, 350])
def test_no_more_than_the_budget_is_ever_offered(budget: int) -> None:
    shelf = Shelf(Pick({tool.name: tool for tool in OURS}), budget, size_of)
    shelf.lay_out("17 * 23?")
    assert shelf.tokens <= budget
    assert ("calculate" in shelf.offered) == (budget >= 60)
    assert (MORE in shelf.offered) == (budget >= 200)
    assert len(shelf.offered) < len(OURS)


def test_what_is_longer_than_the_window_is_told_in_fewer_words() -> None:
    tools = {tool.name: tool for tool in (made("query_data", "Tables of sales.", 900), *OURS[:3])}
    shelf = Shelf(Pick(tools), 400, size_of)
    shelf.lay_out("sales")
    assert shelf.offered["query_data"].description.endswith("(cut)")
    assert shelf.tokens <= 400
    assert shelf.toolbox()["query_data"] is tools["query_data"]


def test_what_was_used_stays() -> None:
    shelf = Shelf(Pick({tool.name: tool for tool in OURS}), 220, size_of)
    shelf.used = {"github_create_issue"}
    shelf.lay_out("17 * 23?")
    assert {"github_create_issue", "calculate"} <= set(shelf.offered)


class Asking(EchoProvider):
    """Calls these one after another, then answers."""

    def __init__(self, *calls: ToolCall) -> None:
        self.calls = list(calls)
        self.asked: list[ChatRequest] = []

    async def chat(self, request: ChatRequest) -> AsyncGenerator[Event]:
        self.asked.append(request)
        yield ToolCallStarted(self.calls.pop(0)) if self.calls else TextDelta("Done.")
        yield Finished("stop")


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    async def source(context: ToolContext) -> list[Tool]:
        return [made(f"thing_{n}", "Does things with a thing.", 8) for n in range(40)] + [*OURS]

    monkeypatch.setattr(registry, "FIXED", [])
    monkeypatch.setattr(registry, "SOURCES", [source])


async def answered(
    provider: Asking, text: str, window: int = 4096, context: ToolContext = ME
) -> list[Event]:
    choose = choosing(provider, capabilities=None, loaded_context_length=window)
    return await collect(STRATEGIES["tools"].answer(asking(text, tool_context=context), choose))


def offered_in(events: list[Event]) -> list[ToolsOffered]:
    return [event for event in events if isinstance(event, ToolsOffered)]


def names_sent(request: ChatRequest) -> set[str]:
    return {str(entry["function"]["name"]) for entry in request.tools}  # type: ignore[index, call-overload]


@pytest.mark.parametrize("window", [1024, 4096, 8192])
async def test_many_tools_take_no_more_than_a_share_of_the_window(many: None, window: int) -> None:
    provider = Asking()
    (offered,) = offered_in(await answered(provider, "17 * 23?", window))
    sent = estimate_schema(json.dumps(provider.asked[0].tools))
    assert sent <= window / 4 * 1.05
    assert abs(sent - offered.tokens) < 50
    assert {"calculate", MORE} <= set(offered.names)
    assert len(offered.put_away) + len(offered.names) - 1 == 50


async def test_the_share_can_be_set(many: None, settings) -> None:  # type: ignore[no-untyped-def]
    settings.TOOL_SHARE = 0.1
    (offered,) = offered_in(await answered(Asking(), "17 * 23?"))
    assert offered.tokens <= 409


async def test_more_tools_are_there_in_the_same_answer(many: None) -> None:
    wanted = ToolCall("c1", MORE, {"what_for": "the weather in a city"})
    provider = Asking(wanted, ToolCall("c2", "weather_forecast", {}))
    events = await answered(provider, "Do a thing")
    results = [event.result for event in events if isinstance(event, ToolCallFinished)]
    assert "weather_forecast" in results[0]
    assert results[1] == "weather_forecast has run"
    assert "weather_forecast" not in names_sent(provider.asked[0])
    assert "weather_forecast" in names_sent(provider.asked[1])
    assert len(offered_in(events)) == 2
    assert estimate_schema(json.dumps(provider.asked[1].tools)) <= 1024 * 1.05


async def test_where_nothing_fits_the_names_are_told(many: None) -> None:
    provider = Asking(ToolCall("c1", MORE, {"what_for": "xylophone"}))
    events = await answered(provider, "Do a thing")
    (result,) = [event.result for event in events if isinstance(event, ToolCallFinished)]
    assert result.startswith("No tool fits that. There are: ")


async def test_a_tool_that_was_put_away_can_be_called_by_its_name(many: None) -> None:
    provider = Asking(ToolCall("c1", "weather_forecast", {}))
    events = await answered(provider, "Do a thing")
    (result,) = [event.result for event in events if isinstance(event, ToolCallFinished)]
    assert (result, len(calls_of(events))) == ("weather_forecast has run", 1)


def choosing_only(*names: str) -> ToolContext:
    return replace(ME, chosen=frozenset(names))


async def test_only_what_a_person_has_chosen_is_sent(many: None) -> None:
    context = choosing_only("calculate", "notes_add", "weather_forecast")
    provider = Asking(ToolCall("c1", "thing_1", {}))
    events = await answered(provider, "What is the thing?", context=context)
    (offered,) = offered_in(events)
    assert names_sent(provider.asked[0]) == {"calculate", "weather_forecast"}
    assert set(offered.names) == {"calculate", "weather_forecast"}
    assert (offered.away, len(offered.not_chosen)) == (("notes_add",), 48)
    (told,) = (event for event in events if isinstance(event, ToolCallFinished))
    assert not told.ok


async def test_who_has_chosen_none_sends_none_and_is_told_so(many: None) -> None:
    provider = Asking()
    (offered,) = offered_in(
        await answered(provider, "17 * 23?", context=choosing_only("notes_add"))
    )
    assert provider.asked[0].tools == ()
    assert (offered.names, offered.tokens, offered.away) == ((), 0, ("notes_add",))
    assert len(offered.not_chosen) == 50


async def test_one_for_which_there_is_no_use_is_not_missed(many: None, monkeypatch) -> None:
    monkeypatch.setattr(registry, "AT_TIMES", [lambda: made("read_page", "Reads.", 1)])
    context = choosing_only("calculate", "read_page", "mail_send")
    (offered,) = offered_in(await answered(Asking(), "17 * 23?", context=context))
    assert (offered.names, offered.away) == (("calculate",), ("mail_send",))


async def test_a_choice_that_does_not_fit_is_narrowed_as_all_are(many: None) -> None:
    context = choosing_only(*(f"thing_{n}" for n in range(40)))
    (offered,) = offered_in(await answered(Asking(), "Do a thing", 1024, context))
    assert MORE in offered.names
    assert set(offered.put_away) < context.chosen  # type: ignore[operator]
    assert offered.tokens <= 256
