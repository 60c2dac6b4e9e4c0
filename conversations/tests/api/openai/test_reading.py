"""What a program sends, as a request of ours; what cannot be done is refused by name."""

import pytest
from pydantic import ValidationError

from chatstudio.base.api.errors import ApiError
from conversations.api.openai.reading import LIMITS, wanted_of
from conversations.api.openai.shapes import NUMBERS, CompletionBody
from conversations.tests.api.openai.asking import HI, function
from routing.llm.wire import UNPARSED
from routing.types import ChatMessage, ChatRequest, Parameters, ToolCall

PIXEL = "iVBORw0KGgo="
ASKED = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": '{"a": 1}'}}


def read(model: str = "m", messages=HI, **more) -> ChatRequest:
    body = CompletionBody.model_validate({"model": model, "messages": messages, **more})
    return wanted_of(7, body).request


def refusal(**more) -> tuple[int, str]:
    with pytest.raises(ApiError) as caught:
        read(**more)
    return caught.value.status, next(iter(caught.value.fields))


def test_roles_and_parts() -> None:
    messages = [
        {"role": "developer", "content": "Be short."},
        {"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
        {"role": "assistant", "content": "c", "refusal": None},
    ]
    assert read(messages=messages).messages == (
        ChatMessage("system", "Be short."),
        ChatMessage("user", "a\nb"),
        ChatMessage("assistant", "c"),
    )


def test_an_image_goes_as_it_is() -> None:
    image = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}"}}
    (message,) = read(messages=[{"role": "user", "content": [image]}]).messages
    assert message == ChatMessage("user", "", images=(PIXEL,))


@pytest.mark.parametrize(
    "url",
    ["https://example.com/a.png", "data:image/png;base64,ä", "data:text/html;base64,YQ==", ""],
)
def test_an_image_elsewhere_is_refused(url) -> None:
    content = [{"type": "text", "text": "?"}, {"type": "image_url", "image_url": {"url": url}}]
    place = "messages.0.content.1.image_url"
    assert refusal(messages=[{"role": "user", "content": content}]) == (400, place)


@pytest.mark.parametrize("kind", ["input_audio", "file"])
def test_other_parts_are_refused(kind) -> None:
    assert refusal(messages=[{"role": "user", "content": [{"type": kind}]}]) == (
        400,
        "messages.0.content.0",
    )


def test_a_tools_exchange_is_read_with_the_tools_name() -> None:
    messages = [
        *HI,
        {"role": "assistant", "content": None, "tool_calls": [ASKED]},
        {"role": "tool", "tool_call_id": "c1", "content": "Rain"},
    ]
    assert read(messages=messages).messages[1:] == (
        ChatMessage("assistant", "", (ToolCall("c1", "weather", {"a": 1}),)),
        ChatMessage("tool", "Rain", tool_call_id="c1", tool_name="weather"),
    )


def test_arguments_that_are_no_json_are_kept() -> None:
    broken = {"id": "c1", "function": {"name": "weather", "arguments": "{oh"}}
    message = read(messages=[{"role": "assistant", "tool_calls": [broken]}]).messages[0]
    assert message.tool_calls[0].arguments == {UNPARSED: "{oh"}


@pytest.mark.parametrize(
    ("message", "field"),
    [
        ({"role": "tool", "content": "Rain"}, "messages.0.tool_call_id"),
        ({"role": "user"}, "messages.0.content"),
        ({"role": "user", "content": "Hi", "tool_calls": [ASKED]}, "messages.0.tool_calls"),
    ],
)
def test_a_message_that_makes_no_sense_is_named(message, field) -> None:
    assert refusal(messages=[message]) == (400, field)


@pytest.mark.parametrize("one", NUMBERS, ids=lambda one: one.name)
def test_a_parameter_of_the_table_is_neither_refused_nor_declared_again(one) -> None:
    assert one.openai not in CompletionBody.__annotations__
    assert one.openai not in LIMITS


def test_parameters() -> None:
    found = read(
        temperature=0.5, top_p=0.9, seed=3, stop="END", max_tokens=5, top_k=4, min_p=0.1,
        repeat_penalty=1.1, reasoning_effort="high",
    )  # fmt: skip
    assert found.parameters == Parameters(
        0.5, 0.9, 4, 0.1, num_predict=5, repeat_penalty=1.1, seed=3, stop=("END",), thinking="high"
    )


@pytest.mark.parametrize(
    ("sent", "name", "value"),
    [
        ({"max_completion_tokens": 9, "max_tokens": 5}, "num_predict", 9),
        ({"reasoning_effort": "none"}, "thinking", False),
        ({"stop": ["a", "b"]}, "stop", ("a", "b")),
        ({"stop": None, "temperature": None, "tools": None}, "stop", ()),
    ],
)
def test_other_ways_to_say_it(sent, name, value) -> None:
    assert getattr(read(**sent).parameters, name) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("n", 2),
        ("response_format", {"type": "json_object"}),
        ("logprobs", True),
        ("top_logprobs", 3),
        ("audio", {"voice": "alloy"}),
        ("modalities", ["text", "audio"]),
        ("tool_choice", "required"),
        ("tool_choice", {"type": "function", "function": {"name": "weather"}}),
        ("functions", [{"name": "f"}]),
        ("frequency_penalty", 0.5),
        ("presence_penalty", -1),
        ("logit_bias", {"50256": -100}),
        ("web_search_options", {}),
    ],
)
def test_what_cannot_be_done_is_refused_by_name(name, value) -> None:
    assert refusal(**{name: value}) == (400, name)


def test_what_changes_nothing_is_accepted() -> None:
    assert read(
        n=1, user="me", store=True, metadata={"a": "b"}, service_tier="auto", logit_bias={},
        parallel_tool_calls=True, stream_options={"include_usage": True}, frequency_penalty=0,
        presence_penalty=0.0, response_format={"type": "text"}, tool_choice="auto", logprobs=False,
        modalities=["text"], an_invention=1,
    )  # fmt: skip


@pytest.mark.parametrize(
    "more",
    [
        {"messages": []},
        {"messages": [{"role": "wizard", "content": "Hi"}]},
        {"messages": HI * 1001},
        {"model": ""},
        {"temperature": 3},
        {"max_tokens": 0},
        {"seed": 2**63},
        {"stop": ["x"] * 17},
        {"stop": ""},
        {"reasoning_effort": "a lot"},
        {"tools": [{"type": "custom", "custom": {"name": "x"}}]},
    ],
)
def test_out_of_bounds(more) -> None:
    with pytest.raises(ValidationError):
        read(**more)


def test_a_programs_tools_go_to_the_model_as_they_are() -> None:
    strict = {"type": "function", "function": {"name": "f", "strict": True}}
    request = read("direct/m", tools=[function(), strict])
    assert request.tools == (function(), strict)
    assert request.tool_context is None


def test_tool_choice_none_sends_none() -> None:
    assert read(tools=[function()], tool_choice="none").tools == ()
    assert read("tools/m", tool_choice="none").tool_context is None


@pytest.mark.parametrize("model", ["tools/m", "agent"])
def test_who_has_tools_takes_no_others(model, settings) -> None:
    settings.ZAIN_AGENT_URL = "http://127.0.0.1:9/"
    assert refusal(model=model, tools=[function()]) == (400, "tools")


def test_tools_of_ours_are_for_this_person_and_unattended() -> None:
    context = read("tools/m").tool_context
    assert context
    assert (context.person_id, context.conversation_id, context.attended) == (7, None, False)


@pytest.mark.parametrize(
    ("asked", "strategy", "model_name"),
    [
        ("llama3", "direct", "llama3"),
        ("direct/llama3", "direct", "llama3"),
        ("tools/hf.co/x/y", "tools", "hf.co/x/y"),
        ("hf.co/x/y", "direct", "hf.co/x/y"),
        ("direct/tools/x", "direct", "tools/x"),
        ("direct/agent", "direct", "agent"),
        ("tools", "direct", "tools"),
    ],
)
def test_the_first_part_of_a_name_decides(asked, strategy, model_name) -> None:
    wanted = wanted_of(1, CompletionBody.model_validate({"model": asked, "messages": HI}))
    assert (wanted.name.strategy, wanted.name.model_name) == (strategy, model_name)
    assert wanted.request.model_name == model_name
