"""Thoughts within the text: which marks, where, and what only the closing one changes."""

import random
from collections.abc import AsyncGenerator, Iterator
from dataclasses import replace

import pytest

from routing.errors import ConnectionLost
from routing.llm import thoughts
from routing.llm.thought_marks import THOUGHTS, Marks
from routing.llm.thoughts import tell_thoughts_apart, thought_and_said
from routing.tests.helpers import WEATHER, asking, calls_of, collect
from routing.tools.sieve import sift_calls
from routing.tools.written_calls import offered_by
from routing.types import (
    ChatMessage,
    ChatRequest,
    Event,
    Finished,
    Notice,
    Parameters,
    ReasoningDelta,
    Recast,
    TextDelta,
    ToolCall,
    ToolCallStarted,
)

PAIRED = [marks for marks in THOUGHTS if marks.opening]


@pytest.fixture(autouse=True)
def nothing_learned() -> Iterator[None]:
    thoughts._opened_by_template.clear()
    yield
    thoughts._opened_by_template.clear()


async def said(*pieces: str, end: str = "stop") -> AsyncGenerator[Event]:
    for piece in pieces:
        yield TextDelta(piece)
    yield Finished(end)


async def told(
    *pieces: str, request: ChatRequest | None = None, end: str = "stop"
) -> tuple[str, str]:
    """Reasoning and text, as somebody has them who follows every event."""
    return kept(await apart(said(*pieces, end=end), request))


async def apart(events: AsyncGenerator[Event], request: ChatRequest | None = None) -> list[Event]:
    return await collect(tell_thoughts_apart(events, request or asking(), "http://here"))


def kept(events: list[Event]) -> tuple[str, str]:
    thought = text = ""
    for event in events:
        match event:
            case ReasoningDelta(text=piece):
                thought += piece
            case TextDelta(text=piece):
                text += piece
            case Recast(kind="reasoning", text=piece):
                thought, text = piece.strip(), ""
            case Recast(kind="text"):
                thought, text = "", event.words
    return thought, text


def cut(text: str, seed: int) -> list[str]:
    """In pieces of one to six characters."""
    dice, pieces = random.Random(seed), []
    while text:
        size = dice.randint(1, 6)
        pieces.append(text[:size])
        text = text[size:]
    return pieces


def written(marks: Marks) -> str:
    return f"{marks.opening}\nThinking it over.\n{marks.closing}\n\nHello world."


@pytest.mark.parametrize("marks", PAIRED, ids=lambda marks: marks.opening)
async def test_thoughts_between_marks_are_no_text(marks: Marks) -> None:
    for pieces in ([written(marks)], list(written(marks)), cut(written(marks), 3)):
        assert await told(*pieces) == ("Thinking it over.", "Hello world.")
    assert await told(written(marks).upper()) == ("THINKING IT OVER.", "HELLO WORLD.")


@pytest.mark.parametrize("marks", PAIRED, ids=lambda marks: marks.opening)
async def test_thoughts_that_never_close_are_all_there_is(marks: Marks) -> None:
    pieces = cut(f"{marks.opening}Thinking it over and over", 5)
    assert await told(*pieces, end="length") == ("Thinking it over and over", "")


@pytest.mark.parametrize("marks", [m for m in THOUGHTS if m.alone], ids=lambda m: m.closing)
async def test_a_closing_mark_alone_makes_thoughts_of_what_came_before(marks: Marks) -> None:
    for seed in range(3):
        thoughts._opened_by_template.clear()
        pieces = cut(f"Thinking it over.\n{marks.closing}\n\nHello world.", seed)
        assert await told(*pieces) == ("Thinking it over.", "Hello world.")


@pytest.mark.parametrize(
    ("text", "thought", "words"),
    [
        ("<think>One.</think>\n<think>Two.</think>\nHi", "One.\n\nTwo.", "Hi"),
        ("<think>\n\n</think>\n\nHi", "", "Hi"),
        ("</think>\n\nHi", "", "Hi"),
        (" \n <think>Hm.</think>Hi", "Hm.", "Hi"),
        ("<think>Hm.</think>The tag </think> ends it.", "Hm.", "The tag </think> ends it."),
        ("<think>Hm.</think>\n<answer>\nHi\n</answer>\n", "Hm.", "Hi\n"),
        ("<think>Hm.</think><answer>a</answer> and b", "Hm.", "a</answer> and b"),
        ("<think>Hm.</think>\n\n<response>\nHi\n</response>\n", "Hm.", "Hi\n"),
        (
            "<|channel|>analysis<|message|>One.<|end|><|start|>assistant<|channel|>commentary"
            "<|message|>First. <|end|><|start|>assistant<|channel|>analysis<|message|>Two.<|end|>"
            "<|start|>assistant<|channel|>final<|message|>Hi<|return|>",
            "One.\n\nTwo.",
            "First. Hi",
        ),
        (
            "<|channel|>analysis<|message|>Hm.<|start|>assistant<|channel|>final<|message|>Hi",
            "Hm.",
            "Hi",
        ),
        ("<|channel|>analysis<|message|>Hm.\n<|channel|>final<|message|>Hi", "Hm.", "Hi"),
        ("<|begin_of_thought|>Hm.<|begin_of_solution|>Hi<|end_of_solution|>", "Hm.", "Hi"),
        ("<|im_start|>assistant\n<think>Hm.</think>Hi", "Hm.", "Hi"),
        ("<|channel>thought\n<channel|>Hi", "", "Hi"),
        ("<|START_THINKING|>Hm.<|END_THINKING|><|START_RESPONSE|>Hi<|END_RESPONSE|>", "Hm.", "Hi"),
        (
            "<|begin_of_thought|>Hm.<|end_of_thought|>\n\n"
            "<|begin_of_solution|>\nHi\n<|end_of_solution|>",
            "Hm.",
            "Hi\n",
        ),
        ("Let me see </think> Hello", "Let me see", "Hello"),
        ("Let me see</think>hello", "Let me see", "hello"),
        ("Let me see </think>\n", "Let me see", ""),
    ],
)
async def test_shapes_of_thoughts(text: str, thought: str, words: str) -> None:
    for pieces in ([text], list(text), cut(text, 7)):
        thoughts._opened_by_template.clear()
        assert await told(*pieces) == (thought, words)


@pytest.mark.parametrize(
    "text",
    [
        "  Plain, with its blanks. \n\n",
        "Use `<think>` here:\n\n```xml\n<think>\nreasons\n</think>\n```\n\nThat is all.",
        "First part. <think>More thoughts.</think> Second part.",
        "The tag `</think>` ends it.",
        "The tag </think> ends it.",
        'A template ends with "</think>" and a line.',
        "Like this (</think>).",
        "~~~\n</think>\n~~~\nThat is how.",
        '<r><reason code="1">late</reason></r>',
        "<answer>42</answer>",
        "<thin> paper",
        "<",
        "[TH",
        "a < b and [x] <|y|> ◁",
        "Hello.<|end|>",
        "<think",
        "<thinker>x</thinker>",
    ],
)
async def test_whatever_is_no_thought_stays_text_to_the_letter(text: str) -> None:
    for pieces in ([text], list(text), cut(text, 11)):
        events = await apart(said(*pieces))
        assert kept(events) == ("", text)
        assert not any(isinstance(event, Recast) for event in events)


@pytest.mark.parametrize(
    ("text", "thought", "words"),
    [
        ("<think>Hm.</think>\n\nHi", "Hm.", "Hi"),
        ("Hm.\n</think>\n\nHi", "Hm.", "Hi"),
        ("`</think>` is a mark.\n</think>\nHi", "`</think>` is a mark.", "Hi"),
        ("Hi", "", "Hi"),
        ("", "", ""),
    ],
)
def test_an_answer_of_a_file_is_read_alike(text: str, thought: str, words: str) -> None:
    assert thought_and_said(text) == (thought, words)


async def test_text_streams_while_it_may_still_turn_out_to_be_thoughts() -> None:
    events = await apart(said("Thinking ", "it over.", "\n</th", "ink>", "\n\n", "Hello"))
    assert events == [
        TextDelta("Thinking "),
        TextDelta("it over."),
        TextDelta("\n"),
        Recast("reasoning", "Thinking it over.\n"),
        TextDelta("Hello"),
        Finished("stop"),
    ]


async def test_the_next_answers_of_that_model_are_thoughts_from_their_first_word() -> None:
    await told("Thinking it over.\n", "</think>", "\n\nHello")
    events = await apart(said("Once ", "more.\n", "</thi", "nk>", "\n\nHi"))
    assert events[0] == ReasoningDelta("Once")
    assert kept(events) == ("Once more.", "Hi")
    other = replace(asking(), parameters=Parameters(thinking=False))
    assert await told("Hi there", request=other) == ("", "Hi there")
    assert await told("Hi there", request=asking(model_name="b")) == ("", "Hi there")


async def test_a_model_that_stops_to_think_gets_its_text_back() -> None:
    await told("Hm.</think>Hello")
    events = await apart(said("Hello ", "there"))
    assert events[-2] == Recast("text", "Hello there")
    assert await apart(said("Hi")) == [TextDelta("Hi"), Finished("stop")]


async def test_a_template_that_opens_and_a_model_that_says_so_too() -> None:
    await told("Hm.</think>Hello")
    assert await told("<think>", "Hm.", "</think>Hi") == ("Hm.", "Hi")
    assert await apart(said("Hi")) == [TextDelta("Hi"), Finished("stop")]


async def test_thoughts_that_were_cut_off_are_still_thoughts() -> None:
    await told("Hm.</think>Hello")
    assert await told("Thinking and thinking", end="length") == ("Thinking and thinking", "")
    assert await told("Once more.</think>Hi") == ("Once more.", "Hi")


async def test_an_answer_that_is_continued_begins_no_thought() -> None:
    begun = ChatRequest("m", (ChatMessage("user", "a"), ChatMessage("assistant", "Write ")))
    assert await told("<think>", " first</think>", request=begun) == ("", "<think> first</think>")


async def test_of_bare_text_nothing_is_taken_apart_or_learned() -> None:
    bare = asking("<think>", is_bare=True)
    assert await told("Hm.", "</think>Hello", request=bare) == ("", "Hm.</think>Hello")
    assert await apart(said("Hi")) == [TextDelta("Hi"), Finished("stop")]


async def test_who_is_held_to_json_does_not_think_first() -> None:
    await told("Hm.</think>Hello")
    events = await apart(said('{"n": ', "1}"), asking(answer_schema={}))
    assert events == [TextDelta('{"n": '), TextDelta("1}"), Finished("stop")]


@pytest.mark.parametrize(
    ("own", "text"),
    [
        (("<<", ">>"), "<<Hm.>>Hi"),
        (("THOUGHTS:", "ANSWER:"), "THOUGHTS: Hm.\nANSWER: Hi"),
        (("", "### Reply"), "Hm.\n### Reply\nHi"),
        (("<m>", "<m>"), "<m>Hm.<m>Hi"),
        (("<<", ">>"), "<think>Hm.</think>Hi"),
    ],
)
async def test_a_model_can_have_marks_of_its_own(own: tuple[str, str], text: str) -> None:
    request = replace(asking(), thought_marks=own)
    for pieces in ([text], list(text), cut(text, 2)):
        thoughts._opened_by_template.clear()
        assert await told(*pieces, request=request) == ("Hm.", "Hi")
    assert await told("Hi", request=request) in (("", "Hi"), ("Hi", ""))


async def test_what_a_server_has_told_apart_stays_apart() -> None:
    async def events() -> AsyncGenerator[Event]:
        yield ReasoningDelta("Hm. ")
        yield TextDelta("</think>")
        yield TextDelta("\n\nHi </think> there")
        yield Finished("stop")

    await told("Hm.</think>Hello")
    assert kept(await apart(events())) == ("Hm. ", "Hi </think> there")


async def test_what_is_held_back_is_not_lost_with_the_connection() -> None:
    async def events() -> AsyncGenerator[Event]:
        yield TextDelta("<th")
        raise ConnectionLost(server="http://here")

    told_apart = tell_thoughts_apart(events(), asking(), "http://here")
    assert await anext(told_apart) == TextDelta("<th")
    with pytest.raises(ConnectionLost):
        await anext(told_apart)


@pytest.mark.parametrize("end", ["stop", "eos", "unknown"])
@pytest.mark.parametrize(
    ("pieces", "code"),
    [
        ([], "said_nothing"),
        (["\n", " "], "said_nothing"),
        (["<think></think>"], "said_nothing"),
        (["<think>Hm.</think>"], "only_thought"),
    ],
)
async def test_an_end_without_a_word_is_told(pieces: list[str], code: str, end: str) -> None:
    events = await apart(said(*pieces, end=end))
    assert events[-2:] == [Notice(code), Finished(end)]


@pytest.mark.parametrize("end", ["length", "content_filter", "abort", "ended_early"])
async def test_an_end_that_is_told_anyhow_is_told_once(end: str) -> None:
    assert await apart(said(end=end)) == [Finished(end)]


async def test_an_answer_of_calls_alone_is_no_empty_one() -> None:
    async def events() -> AsyncGenerator[Event]:
        yield ToolCallStarted(ToolCall("c", "now", {}))
        yield Finished("stop")

    assert not any(isinstance(event, Notice) for event in await apart(events()))


CALL = '{"name": "get_weather", "arguments": {"city": "Paris"}}'


async def sifted(*pieces: str) -> tuple[tuple[str, str], list[str]]:
    """Thoughts and text, and the names of the calls that were written into the text."""
    offered = offered_by((WEATHER,))
    apart = tell_thoughts_apart(said(*pieces), asking(), "http://here")
    events = await collect(sift_calls(apart, offered))
    return kept(events), [call.name for call in calls_of(events)]


async def test_a_turn_may_be_a_tools() -> None:
    text = (
        "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant to=functions.get_weather"
        '<|channel|>commentary json<|message|>{"city": "Paris"}<|call|>'
    )
    for seed in range(3):
        (thought, words), calls = await sifted(*cut(text, seed))
        assert (thought, words, calls) == ("Hm.", "", ["get_weather"])
    assert await told("<|start|>", "assistant") == ("", "")


async def test_a_call_in_a_thought_is_none_and_behind_it_one() -> None:
    pieces = (f"{CALL}\n", "That would do.", "\n</think>", f"\n\n{CALL}")
    (thought, text), calls = await sifted(*pieces)
    assert ("That would do." in thought, text.strip(), calls) == (True, "", ["get_weather"])
    (thought, text), calls = await sifted("Hm.", "\n</think>", "\n\nHi")
    assert (thought, text, calls) == ("Hm.", "Hi", [])


async def test_a_call_in_what_was_no_thought_is_one() -> None:
    await told("Hm.</think>Hello")
    assert await sifted("Let me see.\n", CALL) == (("", "Let me see.\n"), ["get_weather"])
