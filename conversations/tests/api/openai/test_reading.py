"""What a program sends, as a request of ours; what cannot be done is refused by name."""

import pytest
from pydantic import ValidationError

from chatstudio.base.api.errors import ApiError
from conversations.api.openai.naming import Name, read_name
from conversations.api.openai.reading import LIMITS, wanted_of
from conversations.api.openai.shapes import NUMBERS, CompletionBody
from conversations.tests.api.openai.asking import HI, function
from routing.llm.catalogue import Catalogue
from routing.llm.wire import UNPARSED
from routing.types import ChatMessage, ChatRequest, ModelInfo, Parameters, ToolCall

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
        ({"role": "function", "content": "Rain"}, "messages.0.name"),
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
        ({"stop": ""}, "stop", ()),
        ({"stop": ["", "a", None]}, "stop", ("a",)),
        ({"stop": []}, "stop", ()),
        ({"max_tokens": 0}, "num_predict", -1),
        ({"max_tokens": -1}, "num_predict", -1),
        ({"max_completion_tokens": 0, "max_tokens": 5}, "num_predict", -1),
        ({"top_k": -1}, "top_k", -1),
        ({"reasoning_effort": "a lot"}, "thinking", None),
        ({"reasoning_effort": "max"}, "thinking", "max"),
        ({"presence_penalty": 0.5}, "presence_penalty", 0.5),
        ({"frequency_penalty": -1}, "frequency_penalty", -1),
    ],
)
def test_other_ways_to_say_it(sent, name, value) -> None:
    assert getattr(read(**sent).parameters, name) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("audio", {"voice": "alloy"}),
        ("modalities", ["text", "audio"]),
        ("web_search_options", {}),
        ("tool_choice", "required"),
        ("tool_choice", {"type": "function", "function": {"name": "weather"}}),
        ("tool_choice", "perhaps"),
        ("response_format", {"type": "xml"}),
        ("response_format", {"type": "json_schema", "json_schema": {"name": "x"}}),
    ],
)
def test_what_cannot_be_done_is_refused_by_name(name, value) -> None:
    assert refusal(**{name: value}) == (400, name)


SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}}
WISH = {"type": "json_schema", "json_schema": {"name": "x", "schema": SCHEMA, "strict": True}}


@pytest.mark.parametrize(
    ("wish", "schema"),
    [
        (WISH, SCHEMA),
        ({"type": "json_object"}, {}),
        ({"type": "json_object", "schema": SCHEMA}, SCHEMA),
        ({"type": "text"}, None),
        ({}, None),
        (None, None),
    ],
)
def test_the_shape_of_an_answer(wish, schema) -> None:
    request = read(response_format=wish)
    assert request.answer_schema == schema
    handed = {} if schema is None else {"response_format": wish}
    assert request.in_openais_words == handed


NAMED = {"type": "function", "function": {"name": "weather"}}


@pytest.mark.parametrize(
    ("choice", "must_call", "offered"),
    [
        ("required", "", ["weather", "other"]),
        ("any", "", ["weather", "other"]),
        (NAMED, "weather", ["weather", "other"]),
        ({"type": "function", "name": "weather"}, "weather", ["weather", "other"]),
        ("auto", None, ["weather", "other"]),
        ({"type": "auto"}, None, ["weather", "other"]),
        ("none", None, []),
        (
            {"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": [NAMED]}},
            "",
            ["weather"],
        ),
    ],
)
def test_which_tool_has_to_be_called(choice, must_call, offered) -> None:
    request = read(tools=[function(), function("other")], tool_choice=choice)
    assert request.must_call == must_call
    assert [tool["function"]["name"] for tool in request.tools] == offered


@pytest.mark.parametrize(
    ("sent", "handed"),
    [
        ({"logit_bias": {"50256": -100}}, {"logit_bias": {"50256": -100}}),
        ({"prediction": {"type": "content"}}, {"prediction": {"type": "content"}}),
        (
            {"verbosity": "low", "grammar": "root ::= x"},
            {"verbosity": "low", "grammar": "root ::= x"},
        ),
        ({"reasoning_effort": "ultra"}, {"reasoning_effort": "ultra"}),
        ({"user": "me", "store": True, "metadata": {}, "an_invention": 1}, {}),
        ({"parallel_tool_calls": False}, {}),
        ({"parallel_tool_calls": False, "tools": [function()]}, {"parallel_tool_calls": False}),
    ],
)
def test_what_only_servers_of_openais_shape_know(sent, handed) -> None:
    assert read(**sent).in_openais_words == handed


def test_chances_of_tokens() -> None:
    assert read(logprobs=True, top_logprobs=3).chances == 3
    assert read(logprobs=True).chances == 0
    assert read(top_logprobs=3).chances is None


@pytest.mark.parametrize(
    ("seed", "seeds"),
    [(7, [7, 8, 9]), (-1, [-1] * 3), (None, [None] * 3), (2**63 - 1, [2**63 - 1, 0, 1])],
)
def test_several_answers_have_seeds_of_their_own(seed, seeds) -> None:
    body = CompletionBody.model_validate({"model": "m", "messages": HI, "n": 3, "seed": seed})
    assert [one.request.parameters.seed for one in wanted_of(7, body).each()] == seeds


@pytest.mark.parametrize("name", ["@", "direct/", "tools/@", "@echo:"])
def test_a_name_without_a_model_is_none(name) -> None:
    with pytest.raises(ApiError) as caught:
        read(name)
    assert (caught.value.status, caught.value.code) == (404, "model_not_found")


def test_functions_of_the_old_kind_are_tools() -> None:
    old = {"name": "weather", "parameters": {"type": "object"}}
    messages = [
        *HI,
        {"role": "assistant", "content": None, "function_call": {"name": "weather"}},
        {"role": "function", "name": "weather", "content": "Rain"},
    ]
    request = read(messages=messages, functions=[old], function_call={"name": "weather"})
    assert (request.tools, request.must_call) == (
        ({"type": "function", "function": old},),
        "weather",
    )
    assert request.messages[1:] == (
        ChatMessage("assistant", "", (ToolCall("call_1", "weather", {}),)),
        ChatMessage("tool", "Rain", tool_call_id="call_1", tool_name="weather"),
    )


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({"role": "user", "content": ["a", "b"]}, ChatMessage("user", "a\nb")),
        (
            {"role": "assistant", "content": [{"type": "refusal", "refusal": "No."}]},
            ChatMessage("assistant", "No."),
        ),
        ({"role": "assistant", "refusal": "No."}, ChatMessage("assistant", "No.")),
        ({"role": "assistant", "content": None}, ChatMessage("assistant", "")),
        (
            {"role": "tool", "tool_call_id": "c1", "content": None},
            ChatMessage("tool", "", tool_call_id="c1"),
        ),
        (
            {"role": "function", "name": "f", "content": "x"},
            ChatMessage("tool", "x", tool_call_id="call_of_f", tool_name="f"),
        ),
        ({"role": "developer", "content": ["a"], "extra": 1}, ChatMessage("system", "a")),
    ],
)
def test_messages_as_programs_have_them(message, expected) -> None:
    assert read(messages=[message]).messages == (expected,)


def test_what_changes_nothing_is_accepted() -> None:
    assert read(
        n=1, user="me", store=True, metadata={"a": "b"}, service_tier="auto", logit_bias={},
        parallel_tool_calls=True, stream_options={"include_usage": True},
        response_format={"type": "text"}, tool_choice="auto", logprobs=False,
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
        {"seed": 2**63},
        {"stop": ["x"] * 17},
        {"n": 0},
        {"top_logprobs": 21},
        {"presence_penalty": 3},
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


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("agent", Name("direct", "agent")),
        ("agent/", Name("agent", "")),
        ("tools/x", Name("direct", "tools/x")),
        ("tools/x@http://a:1", Name("tools", "x", "http://a:1")),
        ("direct/y", Name("direct", "direct/y")),
        ("direct/tools/x", Name("direct", "tools/x")),
        ("tools/tools/x", Name("tools", "tools/x")),
        ("x@http://a:1", Name("direct", "x", "http://a:1")),
        ("qwen@q4", Name("direct", "qwen@q4")),
        ("tools/qwen@q4", Name("tools", "qwen@q4")),
    ],
)
def test_a_model_that_is_called_like_a_way_can_be_asked(asked, name, settings) -> None:
    settings.ZAIN_AGENT_URL = "http://127.0.0.1:9/"
    names = ("agent", "tools/x", "direct/y", "x", "qwen@q4")
    catalogue = Catalogue(tuple(ModelInfo(one, "http://a:1") for one in names))
    assert read_name(asked, catalogue) == name


def test_without_an_agent_its_name_is_a_models(settings) -> None:
    catalogue = Catalogue((ModelInfo("agent:latest", "http://a:1"),))
    assert read_name("agent", catalogue) == Name("direct", "agent")
