"""Calls that models write into their text, in the forms that they were trained to."""

import json
from typing import Any

import pytest

from routing.tools.sieve import LONGEST_CALL, Sieve, sift_calls
from routing.types import Event, Finished, ReasoningDelta, TextDelta, ToolCall, ToolCallStarted

TEXT = {"type": "string"}
OFFERED = {
    "calculate": {"expression": TEXT},
    "current_time": {"time_zone": TEXT},
    "draw": {"width": {"type": "integer"}, "label": {"anyOf": [TEXT, {"type": "null"}]}},
}
ARGUMENTS = '{"expression": "17*23"}'
CALL = f'{{"name": "calculate", "arguments": {ARGUMENTS}}}'
OPENAI = {"id": "x", "type": "function", "function": {**json.loads(CALL), "arguments": ARGUMENTS}}

JSON = {
    "name and arguments": CALL,
    "name and parameters": f'{{"name": "calculate", "parameters": {ARGUMENTS}}}',
    "tool and parameters": f'{{"tool": "calculate", "parameters": {ARGUMENTS}}}',
    "action and its input": f'{{"action": "calculate", "action_input": {ARGUMENTS}}}',
    "action and its only input": '{"action": "calculate", "action_input": "17*23"}',
    "function and arguments": f'{{"function": "calculate", "arguments": {ARGUMENTS}}}',
    "arguments first": f'{{"arguments": {ARGUMENTS}, "name": "calculate"}}',
    "function object": f'{{"type": "function", "function": {CALL}}}',
    "Llama": f'{{"type": "function", "name": "calculate", "parameters": {ARGUMENTS}}}',
    "OpenAI": json.dumps({"tool_calls": [OPENAI]}),
    "list": f"[{CALL}]",
    "pretty": json.dumps(json.loads(CALL), indent=2),
    "flat": '{"tool": "calculate", "expression": "17*23"}',
    "arguments as text": json.dumps({"name": "calculate", "arguments": ARGUMENTS}),
    "namespace": CALL.replace("calculate", "functions.calculate"),
    "other case": CALL.replace("calculate", "Calculate"),
    "blank around": f"\n\n {CALL}\n",
    "fence": f"```json\n{CALL}\n```",
    "plain fence": f"```\n{CALL}\n```\n",
    "fence of a mark": f"```xml\n<tool_call>\n{CALL}\n</tool_call>\n```",
    "a brace too many": f"{CALL}}}",
    "a brace too few": CALL[:-1],
    "single quotes": str(json.loads(CALL)),
    "trailing commas": '{"name": "calculate", "arguments": {"expression": "17*23",},}',
    "bare keys": '{name: "calculate", arguments: {expression: "17*23"}}',
    "Python's words": "{'name': 'calculate', 'arguments': {'expression': '17*23'}, 'id': None}",
    "end of turn": f"{CALL}<|im_end|>",
    "the end of a mark alone": f"{CALL}\n</tool_call>",
}
MARKED = {
    "Hermes": f"<tool_call>\n{CALL}\n</tool_call>",
    "LongCat": f"<longcat_tool_call>{CALL}</longcat_tool_call>",
    "Hunyuan in pairs": (
        "<tool_calls><tool_call>calculate<tool_sep><arg_key>expression</arg_key>"
        "<arg_value>17*23</arg_value></tool_call></tool_calls>"
    ),
    "Hermes behind a line": f"\n\n<tool_call>\n{CALL}\n</tool_call>\n",
    "Hermes without end": f"<tool_call>\n{CALL}",
    "Hermes, a brace too many": f"<tool_call>{CALL}}}</tool_call>",
    "Hermes, a brace too few": f"<tool_call>{CALL[:-1]}</tool_call>",
    "Qwen-Coder": (
        "<tool_call>\n<function=calculate>\n<parameter=expression>\n17*23\n</parameter>\n"
        "</function>\n</tool_call>"
    ),
    "Qwen-Coder without beginning": (
        "<function=calculate>\n<parameter=expression>\n17*23\n</parameter>\n</function>\n</tool_call>"
    ),
    "Qwen-Coder, small": f"<tools>\n{CALL}\n</tools>",
    "Seed": (
        "<seed:tool_call>\n<function=calculate>\n<parameter=expression>17*23</parameter>\n"
        "</function>\n</seed:tool_call>"
    ),
    "MiniMax": (
        '<minimax:tool_call>\n<invoke name="calculate">\n<parameter name="expression">17*23'
        "</parameter>\n</invoke>\n</minimax:tool_call>"
    ),
    "Mistral": f"[TOOL_CALLS] [{CALL}]",
    "Mistral with end": f"[TOOL_CALLS][{CALL}]</s>",
    "Mistral, newer": f"[TOOL_CALLS]calculate[ARGS]{ARGUMENTS}",
    "Mistral with id": f"[TOOL_CALLS]calculate[CALL_ID]abc123def[ARGS]{ARGUMENTS}",
    "Magistral": f"[TOOL_CALLS]calculate{ARGUMENTS}",
    "DeepSeek": (
        "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>calculate\n"
        f"```json\n{ARGUMENTS}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>"
    ),
    "DeepSeek 3.1": (
        f"<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>calculate<｜tool▁sep｜>{ARGUMENTS}"
        "<｜tool▁call▁end｜><｜tool▁calls▁end｜><｜end▁of▁sentence｜>"
    ),
    "DeepSeek's DSML": (
        '<｜DSML｜function_calls>\n<｜DSML｜invoke name="calculate">\n'
        '<｜DSML｜parameter name="expression" string="true">17*23</｜DSML｜parameter>\n'
        "</｜DSML｜invoke>\n</｜DSML｜function_calls>"
    ),
    "Llama's tag": f'<|python_tag|>{{"name": "calculate", "parameters": {ARGUMENTS}}}',
    "Llama's tag, pythonic": '<|python_tag|>calculate.call(expression="17*23")<|eom_id|>',
    "Llama 3.1": f"<function=calculate>{ARGUMENTS}</function>",
    "Llama 4": '<|python_start|>[calculate(expression="17*23")]<|python_end|>',
    "Llama 4, JSON": f"<|python_start|>{CALL}<|python_end|>",
    "pythonic": '[calculate(expression="17*23")]',
    "function_call": f"<function_call>{CALL}</function_call>",
    "functioncall": f"<functioncall> {CALL}",
    "Gemma": '```tool_code\nprint(calculate(expression="17*23"))\n```',
    "Gemma without name": "```tool_code\ncalculate('17*23')\n```",
    "Gemma's API": '```tool_code\nprint(default_api.calculate(expression="17*23"))\n```',
    "FunctionGemma": (
        "<start_function_call>call:calculate{expression:<escape>17*23<escape>}<end_function_call>"
    ),
    "Gemma 4": '<|tool_call>call:calculate{expression:<|"|>17*23<|"|>}<tool_call|>',
    "Phi": f"<|tool_call|>[{CALL}]<|/tool_call|>",
    "Granite": f"<|tool_call|>[{CALL}]",
    "Granite 4": f"<tool_call>[{CALL}]",
    "a name in the mark": f'<tool_call name="calculate">{ARGUMENTS}</tool_call>',
    "harmony": (
        "<|channel|>commentary to=functions.calculate <|constrain|>json<|message|>"
        f"{ARGUMENTS}<|call|>"
    ),
    "a plain call": 'calculate(expression="17*23")',
    "functools": f"functools[{CALL}]",
    "Command R7B": (
        '<|START_ACTION|>[{"tool_call_id": "0", "tool_name": "calculate", '
        f'"parameters": {ARGUMENTS}}}]<|END_ACTION|>'
    ),
    "Kimi": (
        "<|tool_calls_section_begin|><|tool_call_begin|>functions.calculate:0"
        f"<|tool_call_argument_begin|>{ARGUMENTS}<|tool_call_end|><|tool_calls_section_end|>"
    ),
    "GLM": (
        "<tool_call>calculate\n<arg_key>expression</arg_key>\n<arg_value>17*23</arg_value>\n"
        "</tool_call>"
    ),
    "LFM": '<|tool_call_start|>[calculate(expression="17*23")]<|tool_call_end|>',
    "Olmo": '<function_calls>\ncalculate(expression="17*23")\n</function_calls>',
    "Apertus": f'<|tools_prefix|>[{{"calculate": {ARGUMENTS}}}]<|tools_suffix|>',
    "Nemotron": f"<TOOLCALL>[{CALL}]</TOOLCALL>",
    "InternLM": f"<|action_start|><|plugin|>{CALL}<|action_end|>",
    "Hunyuan": (
        f"<tool_calls><tool_call>calculate\n```json\n{ARGUMENTS}\n```</tool_call></tool_calls>"
    ),
}
WORDS = {
    "marks in code": "Use `<tool_call>` for it. Or <tool_call> tags, or [TOOL_CALLS] as a word.",
    "marks that are spoken of": "Between <tool_call> and </tool_call> you put JSON.",
    "XML as the answer": "<tools>\n  <tool>hammer</tool>\n  <tool>{saw}</tool>\n</tools>",
    "another's name": '{"name": "Alice", "age": 3}',
    "a tool that was not offered": '{"name": "get_weather", "arguments": {"city": "Paris"}}',
    "a list of them": '[{"name": "get_weather", "arguments": {}}]',
    "an example between words": f"Write:\n\n```json\n{CALL}\n```\n\nThen it runs.",
    "an example in a line": f"Write {CALL} to call it.",
    "an example at the end": f"For example:\n{CALL}",
    "what a call looks like": f"A call looks like this:\n```json\n{CALL}\n```",
    "code": '```python\nx = {1: 2}\nprint("<tool_call>")\n```\nDone.',
    "a fence within a fence": f"````md\n```json\n{CALL}\n```\n````\nThat is all.",
    "JSON as the answer": '[\n  {"name": "Alice"},\n  {"name": "Bob"}\n]',
    "JSON in a fence": 'Here:\n```json\n{"a": [1, 2]}\n```\nYes, <b>so</b>.',
    "JSON with an id": '{"id": 1, "title": "x"}',
    "a call within other JSON": f'{{\n  "examples": [\n    {CALL}\n  ]\n}}',
    "what a tool is": (
        '{"name": "calculate", "parameters": {"type": "object", "properties": {"a": {}}}}'
    ),
    "links": "[calculate](http://x) and [1] and [calculate this]\n[calculate](x)",
    "a plain call in a text": 'calculate(expression="17*23") is how I would call it.',
    "a plain call behind words": 'I would write\ncalculate(expression="17*23")',
    "half a mark": "a < b <tool <tool_cal",
    "blank": "  \n Hello\n\n",
    "brackets": "{}\n[]\n{'a': 1}\n[[[[",
    "a name alone": '{"name": "calculate"}',
    "no end": '{"name": "calculate", "note": "and then',
}


def sifted(text: str, size: int = 1, **rest: Any) -> tuple[str, list[tuple[str, dict[str, Any]]]]:
    sieve = Sieve(OFFERED, **rest)
    words = "".join(sieve.add(text[at : at + size]) for at in range(0, len(text), size))
    return words + sieve.end(), [(call.name, dict(call.arguments)) for call in sieve.calls]


@pytest.mark.parametrize("size", [1, 7, 10_000])
@pytest.mark.parametrize("text", [*JSON.values(), *MARKED.values()], ids=[*JSON, *MARKED])
def test_a_call_is_read_and_nothing_of_it_is_shown(text: str, size: int) -> None:
    assert sifted(text, size) == ("", [("calculate", {"expression": "17*23"})])


@pytest.mark.parametrize("size", [1, 7, 10_000])
@pytest.mark.parametrize("text", WORDS.values(), ids=WORDS)
def test_what_only_looks_like_a_call_stays_as_it_is(text: str, size: int) -> None:
    assert sifted(text, size) == (text, [])


OTHER = CALL.replace("17*23", "2+3")
TWO = {
    "lines": f"{CALL}\n{OTHER}",
    "semicolon": f"<|python_tag|>{CALL}; {OTHER}",
    "list": f"[{CALL}, {OTHER}]",
    "Hermes": f"<tool_call>{CALL}</tool_call>\n<tool_call>{OTHER}</tool_call>",
    "Hermes without ends": f"<tool_call>{CALL}\n<tool_call>{OTHER}",
    "fences": f"```json\n{CALL}\n```\n\n```json\n{OTHER}\n```\n",
    "Mistral": (
        f"[TOOL_CALLS]calculate[ARGS]{ARGUMENTS}"
        f"[TOOL_CALLS]calculate[ARGS]{ARGUMENTS.replace('17*23', '2+3')}"
    ),
    "pythonic": '[calculate(expression="17*23"), calculate(expression="2+3")]',
}


@pytest.mark.parametrize("size", [1, 10_000])
@pytest.mark.parametrize("text", TWO.values(), ids=TWO)
def test_two_calls_are_two(text: str, size: int) -> None:
    words, calls = sifted(text, size)
    assert (words, [arguments["expression"] for _, arguments in calls]) == ("", ["17*23", "2+3"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"Let me see.\n{CALL}", "Let me see.\n"),
        (f"Let me see. <tool_call>{CALL}</tool_call>", "Let me see. "),
        (f"I do:\n```json\n{CALL}\n```\n", "I do:\n"),
        (f"{CALL}\n\nIt is 391.", "\n\nIt is 391."),
        (f"<tool_call>{CALL}</tool_call> and on", " and on"),
    ],
)
def test_the_words_around_a_call_are_shown(text: str, words: str) -> None:
    assert sifted(text) == (words, [("calculate", {"expression": "17*23"})])


def test_words_are_not_held_back_for_long() -> None:
    sieve = Sieve(OFFERED)
    assert sieve.add("Hello {curly") == "Hello {curly"
    assert sieve.add(" <b>") == " <b>"
    assert sieve.add('\n{"name": "Al') == "\n"
    assert sieve.add('ice", ') == '{"name": "Alice", '


def test_a_call_that_never_ends_is_shown_at_last() -> None:
    text = '<tool_call>{"name": "calculate", "arguments": {"expression": "' + "1" * LONGEST_CALL
    sieve = Sieve(OFFERED)
    assert sieve.add(text) == text


def test_arguments_have_the_types_of_the_schema() -> None:
    body = "<parameter=width>3</parameter><parameter=label>3</parameter>"
    assert sifted(f"<function=draw>{body}</function>")[1] == [("draw", {"width": 3, "label": "3"})]


def test_what_would_have_to_be_computed_is_the_argument() -> None:
    assert sifted("[calculate(expression=17*23)]")[1] == [("calculate", {"expression": "17 * 23"})]


def test_a_marked_call_to_no_tool_is_a_call_where_it_is_told() -> None:
    text = '<tool_call>{"name": "weather", "arguments": {}}</tool_call>'
    assert sifted(text) == ("", [("weather", {})])
    assert sifted(text, tells_unknown=False) == (text, [])


def test_marked_nonsense_is_told_under_the_name_of_its_tool() -> None:
    _, ((name, arguments),) = sifted('<tool_call>{"name": "calculate" "arguments" 3}</tool_call>')
    assert (name, [*arguments]) == ("calculate", ["_unparsed"])


async def sift(*events: Event) -> list[Event]:
    async def told():
        for event in events:
            yield event

    return [event async for event in sift_calls(told(), OFFERED)]


async def test_calls_come_before_the_end() -> None:
    thought, end = ReasoningDelta("Hm."), Finished("stop")
    events = await sift(thought, TextDelta(CALL[:20]), TextDelta(CALL[20:]), end)
    assert [type(event) for event in events] == [ReasoningDelta, ToolCallStarted, Finished]


async def test_a_call_that_came_both_ways_is_one() -> None:
    native = ToolCallStarted(ToolCall("c1", "functions.calculate", {"expression": "17*23"}))
    events = await sift(TextDelta(CALL), native, Finished("stop"))
    calls = [event.call for event in events if isinstance(event, ToolCallStarted)]
    assert [(call.call_id, call.name) for call in calls] == [("c1", "calculate")]


async def test_a_call_that_was_cut_off_is_shown() -> None:
    events = await sift(TextDelta(CALL[:-9]), Finished("length"))
    assert events == [TextDelta(CALL[:-9]), Finished("length")]
