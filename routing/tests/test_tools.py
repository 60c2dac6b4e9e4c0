"""The profile Tools+Data: ask, run, ask again; limits; a person's say."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from routing.llm.echo import EchoProvider
from routing.strategies import STRATEGIES
from routing.strategies.tools import UNATTENDED
from routing.tests.helpers import asking, choosing, collect, end_of, text_of
from routing.tools import registry
from routing.tools.base import Risk, Tool, ToolContext, ToolFailed, WrongArguments
from routing.types import (
    ApprovalNeeded,
    ChatMessage,
    ChatRequest,
    Event,
    Finished,
    Notice,
    RoundEnded,
    RouteChosen,
    TextDelta,
    Timings,
    ToolCall,
    ToolCallFinished,
    ToolCallStarted,
    ToolHabit,
    Usage,
)

TOOLS = STRATEGIES["tools"]
ME = ToolContext(1)
NATIVE = {"capabilities": frozenset({"completion", "tools"})}
PLAIN = {"capabilities": frozenset({"completion"}), "habit": ToolHabit("words")}


class Talking(EchoProvider):
    """Says one list of events for each time that it is asked."""

    def __init__(self, *rounds: list[Event]) -> None:
        self.rounds = list(rounds)
        self.asked: list[ChatRequest] = []

    async def chat(self, request: ChatRequest) -> AsyncGenerator[Event]:
        self.asked.append(request)
        for event in self.rounds.pop(0) if self.rounds else [TextDelta("Done."), Finished("stop")]:
            yield event


def call(name: str = "look", call_id: str = "c1", **arguments: Any) -> ToolCallStarted:
    return ToolCallStarted(ToolCall(call_id, name, arguments))


def asks(*calls: ToolCallStarted, text: str = "") -> list[Event]:
    said: list[Event] = [TextDelta(text)] if text else []
    return [*said, *calls, Finished("stop", Usage(10, 2))]


def make_strict(tool: Tool) -> Tool:
    """With one argument, `a`."""

    def check(arguments: Mapping[str, Any]) -> None:
        if arguments.keys() != {"a"}:
            raise WrongArguments("The arguments do not fit.")

    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    return replace(tool, schema=schema, check=check)


@pytest.fixture
def ran(monkeypatch) -> list[tuple[str, Mapping[str, Any]]]:
    """The tools `look` (reads), `write` (writes) and `slow`; which have been run, and how."""
    done: list[tuple[str, Mapping[str, Any]]] = []

    def make(name: str, risk: Risk) -> Tool:
        def check(arguments: Mapping[str, Any]) -> None:
            if "bad" in arguments:
                raise WrongArguments("bad: not allowed")

        async def run(arguments: Mapping[str, Any], context: ToolContext) -> str:
            if name == "slow":
                await asyncio.sleep(0.05)
            if arguments.get("fails"):
                raise ToolFailed("It is broken.")
            if arguments.get("crashes"):
                raise RuntimeError("secret detail")
            done.append((name, arguments))
            return f"{name} says yes" + "!" * arguments.get("long", 0)

        return Tool(name, f"To {name}.", {"type": "object"}, risk, run, check)

    names = {"look": Risk.READS, "slow": Risk.READS, "write": Risk.WRITES}
    tools = [make(name, risk) for name, risk in names.items()]
    strict = {"strict": Risk.READS, "strict_write": Risk.WRITES}
    tools += [make_strict(make(name, risk)) for name, risk in strict.items()]

    async def source(context: ToolContext) -> list[Tool]:
        return tools

    monkeypatch.setattr(registry, "FIXED", [])
    monkeypatch.setattr(registry, "SOURCES", [source])
    return done


async def answered(provider: Talking, context: ToolContext | None = ME, **rest: Any) -> list[Event]:
    facts = rest.pop("facts", NATIVE)
    request = asking("Look!", tool_context=context, **rest)
    return await collect(TOOLS.answer(request, choosing(provider, **facts)))


def kinds(events: list[Event]) -> list[str]:
    quiet = ("WindowKnown", "ToolModeLearned")
    return [type(event).__name__ for event in events if type(event).__name__ not in quiet]


async def test_a_call_is_run_and_the_model_asked_again(ran) -> None:
    provider = Talking(asks(call(what="here"), text="Let me look."))
    events = await answered(provider)
    assert kinds(events) == [
        "RouteChosen", "ToolsOffered", "TextDelta", "RoundEnded", "ToolCallStarted",
        "ToolCallFinished", "TextDelta", "RoundEnded", "Finished",
    ]  # fmt: skip
    assert ran == [("look", {"what": "here"})]
    assert [m.role for m in provider.asked[1].messages] == ["user", "assistant", "tool"]
    assert provider.asked[1].messages[2].content == "look says yes"


async def test_usage_is_the_sum_of_all_rounds(ran) -> None:
    provider = Talking(asks(call()), [TextDelta("Yes"), Finished("stop", Usage(20, 3))])
    events = await answered(provider)
    assert end_of(events).usage == Usage(30, 5)
    assert [e.usage for e in events if isinstance(e, RoundEnded)] == [Usage(10, 2), Usage(20, 3)]


async def test_independent_calls_run_side_by_side(ran) -> None:
    provider = Talking(asks(call("slow", "c1"), call("look", "c2")))
    events = await answered(provider)
    finished = [e.call_id for e in events if isinstance(e, ToolCallFinished)]
    assert finished == ["c2", "c1"]
    told = [m.tool_call_id for m in provider.asked[1].messages if m.role == "tool"]
    assert told == ["c1", "c2"]


async def test_tools_are_told_in_openais_shape(ran) -> None:
    provider = Talking()
    await answered(provider)
    names = [entry["function"]["name"] for entry in provider.asked[0].tools]
    assert names[:3] == ["look", "slow", "write"]


async def test_switched_off_no_tool_is_sent(ran) -> None:
    provider = Talking()
    events = await answered(provider, context=None)
    assert provider.asked[0].tools == ()
    assert "switched off" in events[0].reason


@pytest.mark.parametrize("why", ["fails", "crashes"])
async def test_a_failing_tool_is_told_to_the_model(ran, why: str) -> None:
    provider = Talking(asks(call(**{why: True})))
    events = await answered(provider)
    (finished,) = [e for e in events if isinstance(e, ToolCallFinished)]
    assert not finished.ok
    assert provider.asked[1].messages[-1].content.startswith("Error: It")
    assert "secret" not in finished.result


@pytest.mark.parametrize(
    "wrong",
    [call(bad=1), call("nothing"), call(_unparsed="{")],
    ids=["arguments", "unknown tool", "no JSON"],
)
async def test_a_malformed_call_goes_back_as_often_as_the_limits_allow(ran, wrong) -> None:
    others = [asks(call(bad=number)) for number in range(2, 6)]
    provider = Talking(asks(wrong), *others)
    events = await answered(provider, facts={**NATIVE, "habit": ToolHabit("native", is_set=True)})
    told = [m.content for m in provider.asked[-1].messages if m.role == "tool"]
    assert len(told) == 5
    assert all("try once more" in one for one in told)
    assert (end_of(events).finish_reason, text_of(events)) == ("stop", "Done.")
    assert ran == []


async def test_both_of_two_wrong_calls_are_told(ran) -> None:
    events = await answered(Talking(asks(call("look", "c1", bad=1), call("slow", "c2", bad=1))))
    finished = [e for e in events if isinstance(e, ToolCallFinished)]
    assert {e.call_id for e in finished if "not allowed" in e.result} == {"c1", "c2"}


async def test_an_unknown_argument_is_left_out_with_a_word(ran) -> None:
    provider = Talking(asks(call("strict", a=1, precision=2)))
    await answered(provider)
    assert ran == [("strict", {"a": 1})]
    assert "knows no argument precision" in provider.asked[1].messages[-1].content


async def test_a_wrong_name_of_an_argument_is_told_with_the_right_ones(ran) -> None:
    provider = Talking(asks(call("strict", b=1)))
    await answered(provider)
    assert ran == []
    assert "The arguments of strict are: a." in provider.asked[1].messages[-1].content


async def test_an_unknown_argument_of_an_effect_is_told(ran) -> None:
    provider = Talking(asks(call("strict_write", a=1, b=2)))
    events = await answered(provider)
    assert not [e for e in events if isinstance(e, ApprovalNeeded)]
    assert (ran, "Error:" in provider.asked[1].messages[-1].content) == ([], True)


async def test_the_same_call_runs_once_in_an_answer(ran) -> None:
    provider = Talking(asks(call(call_id="a", x=1)), asks(call(call_id="b", x=1)))
    events = await answered(provider)
    assert ran == [("look", {"x": 1})]
    told = provider.asked[2].messages[-1].content
    assert "not made again" in told
    assert told.endswith("look says yes")
    assert len([e for e in events if isinstance(e, ToolCallFinished) and e.ok]) == 2


async def test_the_same_call_twice_in_a_round_runs_once(ran) -> None:
    await answered(Talking(asks(call(call_id="a", x=1), call(call_id="b", x=1))))
    assert ran == [("look", {"x": 1})]


async def test_other_arguments_are_another_call(ran) -> None:
    await answered(Talking(asks(call(x=1, y=2)), asks(call(y=2, x=1)), asks(call(x=2, y=2))))
    assert ran == [("look", {"x": 1, "y": 2}), ("look", {"x": 2, "y": 2})]


async def test_who_only_repeats_is_asked_for_an_answer(ran) -> None:
    provider = Talking(*(asks(call(call_id=str(n))) for n in range(3)))
    events = await answered(provider)
    assert Notice("tool_repeats") in events
    assert (len(provider.asked), provider.asked[3].tools) == (4, ())
    assert end_of(events).finish_reason == "tool_limit"


async def test_an_effect_is_never_done_twice_in_an_answer(ran) -> None:
    context = ToolContext(1, allowed=frozenset({"write"}))
    rounds = [asks(call("write", str(n), text="Hi")) for n in range(9)]
    await answered(Talking(*rounds), context)
    assert ran == [("write", {"text": "Hi"})]


async def test_what_was_done_before_a_decision_is_known_after_it(ran) -> None:
    done, waiting = ToolCall("c1", "write", {"n": 1}), ToolCall("c2", "write", {"n": 2})
    said = (
        ChatMessage("user", "Write!"),
        ChatMessage("assistant", "", tool_calls=(done,)),
        ChatMessage("tool", "write says yes", tool_call_id="c1", tool_name="write"),
        ChatMessage("assistant", "", tool_calls=(waiting,)),
    )
    request = ChatRequest("m", said, tool_context=ME, approved=(waiting,))
    provider = Talking(asks(call("write", "c3", n=1)))
    events = await collect(TOOLS.answer(request, choosing(provider, **NATIVE)))
    assert ran == [("write", {"n": 2})]
    assert not [e for e in events if isinstance(e, ApprovalNeeded)]


@pytest.mark.parametrize("name", ["write", "gone"])
async def test_what_was_allowed_is_made_whatever_was_chosen_while_it_waited(ran, name) -> None:
    waiting = ToolCall("c1", name, {"n": 1})
    said = (ChatMessage("user", "Write!"), ChatMessage("assistant", "", tool_calls=(waiting,)))
    context = replace(ME, chosen=frozenset())
    request = ChatRequest("m", said, tool_context=context, approved=(waiting,))
    provider = Talking([TextDelta("Done."), Finished("stop")])
    events = await collect(TOOLS.answer(request, choosing(provider, **NATIVE)))
    (told,) = (event for event in events if isinstance(event, ToolCallFinished))
    assert (told.ok, ran) == ((True, [("write", {"n": 1})]) if name == "write" else (False, []))
    assert provider.asked[0].messages[-1].role == "tool"


async def test_the_last_question_says_that_an_answer_is_wanted(ran, settings) -> None:
    settings.TOOL_ROUNDS = 1
    provider = Talking(asks(call()))
    await answered(provider)
    last = provider.asked[1].messages[-1]
    assert last.role == "tool"
    assert "Answer now, in words" in last.content


async def test_a_call_instead_of_the_last_answer_is_not_shown(ran, settings) -> None:
    settings.TOOL_ROUNDS = 1
    wrong = [TextDelta('{"name": "look", "arguments": {"a": 2}}'), Finished("stop")]
    events = await answered(Talking(asks(call()), wrong))
    assert text_of(events) == ""
    assert Notice("no_answer") in events


async def test_the_models_own_time_is_not_the_tools(ran, settings) -> None:
    settings.TOOL_SECONDS = 0.05

    class Slow(Talking):
        async def chat(self, request: ChatRequest) -> AsyncGenerator[Event]:
            await asyncio.sleep(0.06)
            async for event in super().chat(request):
                yield event

    events = await answered(Slow(asks(call(x=1)), asks(call(x=2))))
    assert Notice("tool_time") not in events
    assert len(ran) == 2


async def test_timings_are_the_sum_of_all_rounds(ran) -> None:
    first = [call(), Finished("stop", Usage(10, 2), Timings(50.0, 5.0, 20.0, 25.0))]
    second = [TextDelta("Yes"), Finished("stop", Usage(20, 3), Timings(90.0, 0.0, 30.0, 60.0))]
    events = await answered(Talking(first, second))
    assert end_of(events).timings == Timings(140.0, 5.0, 50.0, 85.0)


async def test_an_answer_that_waits_has_its_figures(ran) -> None:
    first = [call("write"), Finished("stop", Usage(10, 2), Timings(50.0, 5.0, 20.0, 25.0))]
    ended = end_of(await answered(Talking(first)))
    assert (ended.usage, ended.timings) == (Usage(10, 2), Timings(50.0, 5.0, 20.0, 25.0))


async def test_a_corrected_call_is_fine(ran) -> None:
    events = await answered(Talking(asks(call(bad=1)), asks(call(good=1))))
    assert end_of(events).finish_reason == "stop"
    assert ran == [("look", {"good": 1})]


async def test_what_writes_waits_for_a_person(ran) -> None:
    events = await answered(Talking(asks(call("write", "c1"), call("look", "c2"))))
    (needed,) = [e for e in events if isinstance(e, ApprovalNeeded)]
    assert needed.risk == "writes"
    assert ran == [("look", {})]
    assert end_of(events).finish_reason == "approval_needed"


async def test_where_nobody_can_be_asked_it_is_not_done_and_the_answer_goes_on(ran) -> None:
    provider = Talking(asks(call("write", "c1"), call("look", "c2")))
    events = await answered(provider, ToolContext(1, attended=False))
    assert not [e for e in events if isinstance(e, ApprovalNeeded)]
    assert ran == [("look", {})]
    denied = next(e for e in events if isinstance(e, ToolCallFinished) and e.call_id == "c1")
    assert (denied.ok, denied.result) == (False, UNATTENDED)
    told = provider.asked[1].messages[-2:]
    assert [(m.tool_call_id, m.tool_name) for m in told] == [("c1", "write"), ("c2", "look")]
    assert told[0].content == UNATTENDED
    assert end_of(events).finish_reason == "stop"


async def test_nobody_is_asked_about_a_call_that_cannot_be_made(ran) -> None:
    events = await answered(Talking(asks(call("write", bad=1))))
    assert not [e for e in events if isinstance(e, ApprovalNeeded)]


async def test_what_is_always_allowed_runs(ran) -> None:
    context = ToolContext(1, allowed=frozenset({"write"}))
    events = await answered(Talking(asks(call("write"))), context)
    assert ran == [("write", {})]
    assert end_of(events).finish_reason == "stop"


async def test_an_approved_call_runs_first(ran) -> None:
    waiting = ToolCall("c1", "write", {"text": "Hi"})
    provider = Talking()
    request = ChatRequest(
        "m",
        (ChatMessage("user", "Write!"), ChatMessage("assistant", "", tool_calls=(waiting,))),
        tool_context=ME,
        approved=(waiting,),
    )
    await collect(TOOLS.answer(request, choosing(provider, **NATIVE)))
    assert ran == [("write", {"text": "Hi"})]
    assert provider.asked[0].messages[-1].content == "write says yes"


async def test_rounds_end_with_an_answer_without_tools(ran, settings) -> None:
    settings.TOOL_ROUNDS = 2
    provider = Talking(asks(call(call_id="a")), asks(call(call_id="b")))
    events = await answered(provider)
    assert provider.asked[2].tools == ()
    assert Notice("tool_rounds") in events
    assert end_of(events).finish_reason == "tool_limit"


async def test_time_ends_too(ran, settings) -> None:
    settings.TOOL_SECONDS = 0
    events = await answered(Talking(asks(call())))
    assert Notice("tool_time") in events
    assert end_of(events).finish_reason == "tool_limit"


async def test_a_long_result_is_cut_and_says_so(ran) -> None:
    provider = Talking(asks(call(long=30_000)))
    await answered(provider)
    told = provider.asked[1].messages[-1].content
    assert len(told) < 25_000
    assert "more characters" in told


async def test_the_same_id_in_two_rounds_is_two_calls(ran) -> None:
    events = await answered(Talking(asks(call(call_id="0")), asks(call(call_id="0"))))
    ids = [e.call.call_id for e in events if isinstance(e, ToolCallStarted)]
    assert len(set(ids)) == 2


async def test_calls_of_a_broken_stream_are_not_run(ran) -> None:
    events = await answered(Talking([call(), Finished("ended_early")]))
    assert ran == []
    assert end_of(events).finish_reason == "ended_early"


async def test_stopping_ends_what_runs(ran, monkeypatch) -> None:
    events = TOOLS.answer(asking(tool_context=ME), choosing(Talking(asks(call("slow"))), **NATIVE))
    async for event in events:
        if isinstance(event, ToolCallStarted):
            break
    await events.aclose()  # type: ignore[attr-defined]
    await asyncio.sleep(0.1)
    assert ran == []


def said(text: str) -> list[Event]:
    return [*map(TextDelta, text), Finished("stop")]


async def test_a_model_without_tools_is_told_in_words(ran) -> None:
    provider = Talking(
        said('I look. <tool_call>{"name": "look", "arguments": {"a": 1}}</tool_call>')
    )
    events = await answered(provider, facts=PLAIN)
    assert Notice("tools_by_prompt") in events
    assert ran == [("look", {"a": 1})]
    assert text_of(events) == "I look. Done."
    assert provider.asked[0].tools == ()
    assert "To look." in provider.asked[0].messages[0].content
    told = ChatMessage("user", "Result of look:\nlook says yes", tool_name="look")
    assert provider.asked[1].messages[-1] == told


async def test_the_words_can_be_switched_off(ran, settings) -> None:
    settings.TOOLS_BY_PROMPT = False
    provider = Talking()
    events = await answered(provider, facts={**PLAIN, "habit": ToolHabit()})
    assert Notice("tools_unsupported") in events
    assert len(provider.asked[0].messages) == 1


async def test_a_call_without_its_end_counts(ran) -> None:
    await answered(Talking(said('<tool_call>{"name": "look", "arguments": {}}')), facts=PLAIN)
    assert ran == [("look", {})]


async def test_what_only_looks_like_a_mark_is_shown(ran) -> None:
    events = await answered(Talking(said("a < b <tool <tool_cal")), facts=PLAIN)
    assert text_of(events) == "a < b <tool <tool_cal"


async def test_nonsense_in_the_mark_goes_back_to_the_model(ran) -> None:
    provider = Talking(said("<tool_call>look please</tool_call>"))
    await answered(provider, facts=PLAIN)
    assert "Error:" in provider.asked[1].messages[-1].content


async def test_a_written_call_to_no_tool_is_told_once_and_then_stays(ran) -> None:
    words = '<tool_call>{"name": "fly", "arguments": {}}</tool_call>'
    provider = Talking(said(words), said(words))
    events = await answered(provider)
    assert "There is no tool 'fly'" in provider.asked[1].messages[-1].content
    assert (text_of(events), len(provider.asked)) == (words, 2)


async def test_the_route_says_how_tools_are_used(ran) -> None:
    events = await answered(Talking())
    assert isinstance(events[0], RouteChosen)
    assert events[0].reason == "The model calls tools itself."


@pytest.mark.parametrize("word", ["eos_token", "tool_use", "COMPLETE", "end_turn"])
@pytest.mark.parametrize("is_written", [False, True])
async def test_a_servers_own_word_for_an_end_is_one(ran, word: str, is_written: bool) -> None:
    written = TextDelta('{"name": "look", "arguments": {"what": "here"}}')
    asked = written if is_written else call(what="here")
    provider = Talking([asked, Finished(word)], [TextDelta("Done."), Finished(word)])
    events = await answered(provider)
    assert [name for name, _ in ran] == ["look"]
    assert (text_of(events), end_of(events).finish_reason) == ("Done.", word)
