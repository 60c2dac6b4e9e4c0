"""How a model is asked with tools: by a schema, and what takes the place of what does not work."""

import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any

import pytest

from chatstudio.base.json_types import JsonMapping, JsonObject, list_at, object_at, object_in
from routing.errors import ModelCannot, RequestRejected, RoutingError, ServerFailed, StreamFailed
from routing.llm.echo import EchoProvider
from routing.strategies import STRATEGIES
from routing.tests.helpers import asking, calls_of, choosing, collect, end_of, text_of
from routing.tools import registry
from routing.tools.base import Risk, Tool, ToolContext, ToolFailed, WrongArguments
from routing.tools.by_schema import (
    ANSWER,
    answer_name,
    line_of,
    read_choice,
    schema_of_choice,
    simple_schema,
    tell_tools,
)
from routing.types import (
    ChatMessage,
    ChatRequest,
    Event,
    Finished,
    Notice,
    ReasoningDelta,
    Recast,
    RouteChosen,
    TextDelta,
    Timings,
    ToolCall,
    ToolCallFinished,
    ToolCallStarted,
    ToolHabit,
    ToolMode,
    ToolModeLearned,
    Usage,
)

ME = ToolContext(1)
REJECTED = RequestRejected(server="s", detail="response_format is not supported")
FAILED = ServerFailed(server="s", detail="failed to parse grammar")
SCHEMA: JsonObject = {
    "type": "object",
    "properties": {"what": {"type": "string", "description": "where to look"}},
    "required": ["what"],
}


async def look(arguments: JsonMapping, context: ToolContext) -> str:
    if arguments["what"] == "there":
        raise ToolFailed("It cannot be seen.")
    return f"{arguments['what']} is fine"


def check(arguments: JsonMapping) -> None:
    if "what" not in arguments:
        raise WrongArguments("what: missing")


LOOK = Tool("look", "Looks somewhere.", SCHEMA, Risk.READS, look, check)


@pytest.fixture(autouse=True)
def tools(monkeypatch: pytest.MonkeyPatch) -> None:
    async def source(context: ToolContext) -> list[Tool]:
        return [LOOK]

    monkeypatch.setattr(registry, "FIXED", [])
    monkeypatch.setattr(registry, "SOURCES", [source])


@dataclass
class Server(EchoProvider):
    """`chooses` is written for each question that came with a schema, `says` for every other. What
    it `refuses` it says as real ones do, before the first word."""

    chooses: list[list[Event] | str] = field(default_factory=list)
    says: list[list[Event] | str] = field(default_factory=list)
    refuses_tools: str = ""
    refuses_schema: RoutingError | None = None
    asked: list[ChatRequest] = field(default_factory=list)

    async def chat(self, request: ChatRequest) -> AsyncGenerator[Event]:
        self.asked.append(request)
        if request.tools and self.refuses_tools:
            yield Notice(self.refuses_tools)
            request = asking()
        if request.answer_schema is not None:
            if self.refuses_schema:
                raise self.refuses_schema
            said = self.chooses.pop(0)
        else:
            said = self.says.pop(0) if self.says else "Done."
        for event in map(TextDelta, said) if isinstance(said, str) else said:
            yield event
        if isinstance(said, str):
            yield Finished("stop", Usage(10, 2), Timings(generation_ms=5.0))


def choice(name: str = "look", **arguments: Any) -> str:
    return json.dumps({"tool": name, "arguments": arguments})


ANSWERS = json.dumps({"tool": ANSWER})


async def answered(server: Server, habit: ToolHabit | None = None, **facts: Any) -> list[Event]:
    facts.setdefault("capabilities", frozenset({"completion"}))
    choose = choosing(server, habit=habit or ToolHabit(), **facts)
    return await collect(STRATEGIES["tools"].answer(asking("Look!", tool_context=ME), choose))


def learned(events: list[Event]) -> list[ToolMode]:
    return [event.mode for event in events if isinstance(event, ToolModeLearned)]


def reason(events: list[Event]) -> str:
    (route,) = [event for event in events if isinstance(event, RouteChosen)]
    return route.reason


async def test_a_choice_is_run_as_any_call_and_the_answer_is_free() -> None:
    server = Server(chooses=[choice(what="here"), ANSWERS], says=["All is well."])
    events = await answered(server)
    assert [(c.name, c.arguments) for c in calls_of(events)] == [("look", {"what": "here"})]
    assert text_of(events) == "All is well."
    assert [bool(one.answer_schema) for one in server.asked] == [True, True, False]
    assert all(one.tools == () for one in server.asked)
    assert server.asked[2].messages[-1].content == "Result of look:\nhere is fine"
    assert learned(events) == ["schema"]


async def test_of_a_choice_nothing_is_shown() -> None:
    events = await answered(Server(chooses=[ANSWERS], says=["Hello."]))
    assert text_of(events) == "Hello."
    assert learned(events) == []
    assert end_of(events).usage == Usage(20, 4)
    assert end_of(events).timings.generation_ms == 10.0


async def test_the_beginning_is_alike_in_all_questions_and_the_order_comes_last() -> None:
    server = Server(chooses=[choice(what="here"), ANSWERS])
    await answered(server)
    beginnings = {one.messages[0] for one in server.asked}
    assert len(beginnings) == 1
    assert "look(what: string, where to look)" in beginnings.pop().content
    assert server.asked[0].messages[-1].content.startswith("Look!\n\nWhich of the tools")
    assert server.asked[0].parameters.temperature == 0


@pytest.mark.parametrize(("what", "likely"), [("here", "answer."), ("there", "look, answer.")])
async def test_behind_a_result_the_answer_is_likeliest(what: str, likely: str) -> None:
    server = Server(chooses=[choice(what=what), ANSWERS])
    await answered(server)
    assert server.asked[0].messages[-1].content.endswith("The likeliest: look, answer.")
    assert server.asked[1].messages[-1].content.endswith(f"The likeliest: {likely}")
    assert server.asked[1].parameters.temperature is None


async def test_what_the_model_thinks_is_passed_on() -> None:
    thinks: list[Event] = [ReasoningDelta("Hm."), TextDelta(ANSWERS), Finished("stop")]
    events = await answered(Server(chooses=[thinks]))
    assert ReasoningDelta("Hm.") in events


async def test_of_a_choice_that_says_nothing_nothing_is_told() -> None:
    nothing = [Notice("said_nothing"), Finished("stop")]
    events = await answered(Server(chooses=[nothing], says=["Hello."]))
    assert text_of(events) == "Hello."
    assert Notice("said_nothing") not in events


@pytest.mark.parametrize("wish", [ANSWERS, choice(what="here")])
async def test_a_choice_behind_what_proved_to_be_thoughts_is_a_choice(wish: str) -> None:
    thought = TextDelta("Hm, so"), Recast("reasoning", "Hm, so")
    chooses = [[*thought, TextDelta(wish), Finished("stop")], ANSWERS]
    events = await answered(Server(chooses=chooses, says=["Hello."]))
    assert text_of(events) == "Hm, soHello."
    assert learned(events) == (["schema"] if wish != ANSWERS else [])


async def test_the_shape_that_a_program_wants_is_that_of_the_answer_alone() -> None:
    server = Server(chooses=[ANSWERS, ANSWERS])
    words: JsonObject = {"response_format": {"type": "json_object"}, "verbosity": "low"}
    request = asking("Look!", tool_context=ME, answer_schema={}, chances=2, in_openais_words=words)
    choose = choosing(server, capabilities=frozenset({"completion"}))
    await collect(STRATEGIES["tools"].answer(request, choose))
    chosen, answer = server.asked
    assert (chosen.chances, chosen.in_openais_words) == (None, {"verbosity": "low"})
    assert (answer.chances, answer.in_openais_words, answer.answer_schema) == (2, words, {})


async def test_the_reason_says_which_mode_and_how_it_is_known() -> None:
    assert reason(await answered(Server(chooses=[ANSWERS]))) == (
        "The model chooses tools by a schema."
    )
    known = await answered(Server(chooses=[ANSWERS]), ToolHabit("schema"))
    assert reason(known).endswith("So it worked before.")
    is_set = await answered(Server(chooses=[ANSWERS]), ToolHabit("schema", is_set=True))
    assert reason(is_set).endswith("So it is set on the models page.")


@pytest.mark.parametrize(
    ("habit", "facts", "with_tools", "with_schema"),
    [
        (ToolHabit(), {"capabilities": None}, True, False),
        (ToolHabit(), {"capabilities": frozenset({"tools"})}, True, False),
        (ToolHabit(), {"capabilities": frozenset({"completion"})}, False, True),
        (ToolHabit(), {"capabilities": None, "is_demo": True}, False, True),
        (ToolHabit("schema"), {"capabilities": frozenset({"tools"})}, False, True),
        (ToolHabit("native", is_set=True), {}, True, False),
        (ToolHabit("words"), {}, False, False),
        (ToolHabit("off", is_set=True), {"capabilities": frozenset({"tools"})}, False, False),
    ],
)
async def test_what_is_known_decides_and_else_what_the_server_says(
    habit: ToolHabit, facts: dict[str, Any], with_tools: bool, with_schema: bool
) -> None:
    server = Server(chooses=[ANSWERS])
    await answered(server, habit, **facts)
    first = server.asked[0]
    assert (bool(first.tools), first.answer_schema is not None) == (with_tools, with_schema)


async def test_off_sends_no_tool_and_says_so() -> None:
    server = Server()
    events = await answered(server, ToolHabit("off", is_set=True))
    assert len(server.asked[0].messages) == 1
    assert reason(events).startswith("The model gets no tools.")


async def test_refused_tools_are_chosen_by_schema() -> None:
    server = Server(chooses=[choice(what="here"), ANSWERS], refuses_tools="tools_unsupported")
    events = await answered(server, capabilities=None)
    assert Notice("tools_by_schema") in events
    assert Notice("tools_unsupported") not in events
    assert calls_of(events)
    assert learned(events) == ["schema"]


@pytest.mark.parametrize(
    "refusal",
    [
        REJECTED,
        ModelCannot(model_name="m", capability="schema"),
        FAILED,
        StreamFailed(server="s", detail="invalid grammar"),
    ],
    ids=lambda refusal: type(refusal).__name__,
)
async def test_a_refused_schema_is_told_in_words(refusal: RoutingError) -> None:
    server = Server(says=[WRITTEN, "Well."], refuses_schema=refusal)
    events = await answered(server)
    assert Notice("tools_by_prompt") in events
    assert (text_of(events), learned(events)) == ("Well.", ["words"])
    assert [one.answer_schema is not None for one in server.asked] == [True, False, False]


@pytest.mark.parametrize(("failure", "mode"), [(REJECTED, ["words"]), (FAILED, [])])
async def test_what_a_server_failed_at_once_is_not_learned(
    failure: RoutingError, mode: list[ToolMode]
) -> None:
    events = await answered(Server(says=["Well."], refuses_schema=failure))
    assert (text_of(events), learned(events)) == ("Well.", mode)


@pytest.mark.parametrize(
    ("notice", "mode"), [("tools_unsupported", ["schema"]), ("tools_refused", [])]
)
async def test_tools_that_were_refused_in_unknown_words_are_tried_again_the_next_time(
    notice: str, mode: list[ToolMode]
) -> None:
    server = Server(chooses=[ANSWERS], says=["Well."], refuses_tools=notice)
    events = await answered(server, capabilities=frozenset({"completion", "tools"}))
    assert Notice("tools_by_schema") in events
    assert (text_of(events), learned(events)) == ("Well.", mode)


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ('{"tool": "look", "arguments": "{\\"what\\": \\"x\\"}"}', {"what": "x"}),
        ('```\n{"tool": "look", "arguments": {"what": "x"}}\n```', {"what": "x"}),
        ('  {"tool": "look", "arguments": {"what": "x"}}\n', {"what": "x"}),
        ('{"tool": "look", "arguments": null}', {}),
        ('{"tool": "look"}', {}),
    ],
)
def test_a_choice_is_read_as_models_write_it(text: str, arguments: JsonObject) -> None:
    call = read_choice(text, [LOOK])
    assert call
    assert (call.name, call.arguments) == ("look", arguments)


@pytest.mark.parametrize("text", ['{"tool": 5}', '{"answer": "42"}', "{}"])
def test_other_json_is_no_choice(text: str) -> None:
    assert read_choice(text, [LOOK]) is None


async def test_nothing_is_learned_where_the_server_fails_anyway() -> None:
    class Down(Server):
        async def chat(self, request: ChatRequest) -> AsyncGenerator[Event]:
            raise RequestRejected(server="s", detail="no")
            yield

    with pytest.raises(RequestRejected):
        await answered(Down())


async def test_prose_in_the_place_of_a_choice_is_the_answer() -> None:
    """An old server passes over what it does not know."""
    server = Server(chooses=["I think that all is well."])
    events = await answered(server)
    assert text_of(events) == "I think that all is well."
    assert len(server.asked) == 1
    assert learned(events) == ["words"]


WRITTEN = '<tool_call>{"name": "look", "arguments": {"what": "here"}}</tool_call>'


@pytest.mark.parametrize("broken", ['{"tool": "look", "argum', choice(), choice("nothing")])
async def test_what_is_wrong_twice_gives_way(broken: str) -> None:
    server = Server(chooses=[broken, broken], says=[WRITTEN, "Well."])
    events = await answered(server, habit=ToolHabit("schema"))
    assert Notice("tools_by_prompt") in events
    told = [event for event in events if isinstance(event, ToolCallFinished)]
    assert [one.ok for one in told] == [False, True, True]
    assert (text_of(events), learned(events)) == ("Well.", ["words"])


async def test_what_was_bad_once_is_tried_again_the_next_time() -> None:
    events = await answered(Server(chooses=[choice(), choice()], says=["Well."]))
    assert (text_of(events), learned(events)) == ("Well.", [])


async def test_one_right_call_keeps_the_mode() -> None:
    bad = choice("nothing")
    server = Server(chooses=[choice(what="here"), bad, bad, ANSWERS])
    events = await answered(server)
    assert Notice("tools_by_prompt") not in events
    assert learned(events) == ["schema"]


async def test_a_call_of_another_shape_is_understood_all_the_same() -> None:
    """A server that passes over the schema, and a model that writes calls."""
    other = json.dumps({"name": "look", "arguments": {"what": "here"}})
    events = await answered(Server(chooses=[other], says=["Well."]))
    assert calls_of(events)
    assert (text_of(events), learned(events)) == ("Well.", ["words"])


async def test_what_a_person_has_set_stays() -> None:
    server = Server(refuses_tools="tools_unsupported")
    events = await answered(server, ToolHabit("native", is_set=True))
    assert Notice("tools_unsupported") in events
    assert learned(events) == []


async def test_a_written_choice_with_a_fence_is_one() -> None:
    fenced = f"```json\n{choice(what='here')}\n```"
    assert calls_of(await answered(Server(chooses=[fenced, ANSWERS])))


async def test_the_words_can_be_switched_off(settings: Any) -> None:
    settings.TOOLS_BY_PROMPT = False
    server = Server(refuses_tools="tools_unsupported")
    events = await answered(server, capabilities=None)
    assert Notice("tools_unsupported") in events
    assert server.asked[-1].answer_schema is None


async def test_where_words_are_switched_off_nothing_learned_brings_them_back(settings: Any) -> None:
    settings.TOOLS_BY_PROMPT = False
    server = Server()
    events = await answered(server, ToolHabit("schema"))
    assert Notice("tools_unsupported") in events
    assert server.asked[0].answer_schema is None


async def test_a_native_call_is_worth_knowing_once() -> None:
    called: list[Event] = [
        ToolCallStarted(ToolCall("c1", "look", {"what": "here"})),
        Finished("stop"),
    ]
    events = await answered(Server(says=[called]), capabilities=None)
    assert learned(events) == ["native"]
    again = await answered(Server(says=[called]), ToolHabit("native"), capabilities=None)
    assert learned(again) == []


def test_each_tool_has_its_own_arguments_in_the_schema() -> None:
    choices = list_at(schema_of_choice([LOOK]), "anyOf")
    tool, answer = (object_at(object_in(one), "properties") for one in choices)
    assert object_at(answer, "tool")["const"] == ANSWER
    assert object_at(tool, "arguments")["required"] == ["what"]


def test_a_tool_named_as_the_answer_can_still_be_chosen() -> None:
    tool = Tool(ANSWER, "Answers the phone.", {"type": "object"}, Risk.READS, look)
    chosen = [read_choice(text, [tool]) for text in (choice(ANSWER), '{"tool": "answer_now"}')]
    assert [one and one.name for one in chosen] == [ANSWER, answer_name([tool])]


def test_references_are_looked_up_and_rare_words_left_out() -> None:
    date: JsonObject = {"type": "string", "format": "date", "pattern": "^x"}
    schema: JsonObject = {
        "type": "object",
        "properties": {
            "who": {"$ref": "#/$defs/Person"},
            "when": {"anyOf": [date, {"type": "null"}]},
            "how": {"type": "array", "items": {"enum": ["a", "b"]}, "minItems": 1},
        },
        "required": ["who"],
        "$defs": {"Person": {"type": "object", "properties": {"name": {"type": "string"}}}},
    }
    simple = simple_schema(schema)
    text = json.dumps(simple)
    assert not any(word in text for word in ("$ref", "$defs", "format", "pattern", "minItems"))
    who = object_at(object_at(simple, "properties"), "who")
    assert who["properties"] == {"name": {"type": "string"}}


def test_a_schema_within_itself_has_an_end() -> None:
    tree: JsonObject = {"type": "object", "properties": {"child": {"$ref": "#/$defs/Tree"}}}
    assert len(json.dumps(simple_schema({**tree, "$defs": {"Tree": tree}}))) < 2000


def test_a_line_is_shorter_than_the_schema() -> None:
    assert len(line_of(LOOK)) * 2 < len(json.dumps(LOOK.as_function()))


def test_an_earlier_exchange_is_told_in_turns() -> None:
    calls = (ToolCall("1", "look", {"what": "a"}), ToolCall("2", "look", {"what": "b"}))
    messages = (
        ChatMessage("user", "Look!"),
        ChatMessage("assistant", "", tool_calls=calls),
        ChatMessage("tool", "fine", tool_call_id="1", tool_name="look"),
        ChatMessage("tool", "bad", tool_call_id="2", tool_name="look"),
        ChatMessage("user", "So?"),
    )
    told = tell_tools(ChatRequest("m", messages), [LOOK])
    assert [m.role for m in told.messages] == ["system", "user", "assistant", "user"]
    assert told.messages[-1].content == "Result of look:\nfine\n\nResult of look:\nbad\n\nSo?"
