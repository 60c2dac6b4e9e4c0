"""Streams as servers of OpenAI's protocol write them, each file a whole answer, and what is right.

Each is played with two cuts of its packets. Own shapes stand below as Python values.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from routing.errors import BadAnswer, RateLimited, RequestRejected, ServerFailed, StreamFailed
from routing.llm import streaming_refused, thoughts
from routing.llm.openai_compatible import OpenAICompatibleProvider
from routing.llm.streaming_refused import without_named
from routing.tests.helpers import WEATHER, answer, asking, calls_of, collect, end_of
from routing.tests.replay import Canned, Replay, replay
from routing.tests.test_thoughts import kept
from routing.types import Event, Notice, Usage

WIRE = Path(__file__).parent / "wire"
PATH = "/v1/chat/completions"
SSE = "text/event-stream"
THOUGHT, HELLO = "Thinking it over.", "Hello world."
DONE = b"data: [DONE]\n\n"


@pytest.fixture(autouse=True)
def nothing_learned() -> Any:
    thoughts._opened_by_template.clear()
    streaming_refused._refused.clear()
    yield
    thoughts._opened_by_template.clear()
    streaming_refused._refused.clear()


def wire(name: str) -> Canned:
    return Canned((WIRE / f"{name}.sse").read_bytes(), content_type=SSE)


async def played(canned: Canned, seed: int = 1) -> list[Event]:
    async with replay({PATH: canned}, seed=seed) as told:
        return await answer(OpenAICompatibleProvider(told.url))


def body(*values: Any, done: bool = True) -> Canned:
    lines = b"".join(b"data: " + json.dumps(value).encode() + b"\n\n" for value in values)
    return Canned(lines + (DONE if done else b""), content_type=SSE)


def chunk(delta: Any, reason: str | None = None, **more: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": reason}], **more}


REASONING = {
    **dict.fromkeys(
        (
            *("r-both", "r-details", "r-gemma", "r-harmony", "r-tags", "r-tags-begin"),
            *("r-tags-mistral", "r-tags-noopen", "r-tags-split", "r-tags-thinking", "r-thinking"),
        ),
        (THOUGHT, HELLO),
    ),
    **dict.fromkeys(("r-content", "r-reasoning"), ("Thinking it over. Done.", HELLO)),
    "r-html-in-think": ("```python\nprint(1)", HELLO),
    "r-only": ("Thinking only.", ""),
    "r-tags-unclosed": ("Thinking it over and over", ""),
    "r-inline-mid": ("", "First part. <think>More thoughts.</think> Second part."),
    "r-code": (
        "",
        "Use the tag `<think>` in your prompt:\n\n```xml\n<think>\nreasons\n</think>\n```"
        "\n\nThat is all.",
    ),
}
WORDS = dict.fromkeys(
    (
        *("bom", "comments", "cr", "crlf", "emptylinejson", "eos", "eventnames"),
        *("finish-early-then-text", "finish-nodone", "finish-with-text", "finishempty"),
        *("list-of-choices", "nochoices", "nofinish-done", "nofinish-nodone", "nospace"),
        *("nullchoices", "nullcontent", "nulldelta", "parts", "plain", "text"),
        *("usage-after-done", "usage-each", "usage-null", "usage-strings", "xgroq-usage"),
    ),
    HELLO,
) | {"content-filter": "Hello wor", "length": "Hello wor", "refusal": "I cannot help with that."}
NUMBERS = Usage(11, 7)
SUM, SUMS = [{"expression": "17*23"}], [{"expression": "17*23"}, {"expression": "2+3"}]
CALLS = {
    **dict.fromkeys(
        (
            *("args-doublejson", "args-fence", "args-object", "extra", "finish-none"),
            *("finish-none-nodone", "finish-stop", "function_call", "idempty", "idrepeat"),
            *("in-message", "namenull", "nameprefix", "noindex-idrepeat", "plain"),
        ),
        SUM,
    ),
    **dict.fromkeys(("dupid", "index0-all", "index0-onechunk", "noindex", "parallel"), SUMS),
    "args-empty": [{}],
    "args-null": [{}],
    "args-nulltext": [{}],
}


def test_each_file_has_its_right_values() -> None:
    named = {*REASONING, *(f"q-{name}" for name in WORDS), *(f"t-{name}" for name in CALLS)}
    errors = {"q-error-detail", "q-error-first", "q-error-mid", "q-error-string", "q-empty"}
    assert {path.stem for path in WIRE.glob("[qrt]-*.sse")} == named | errors


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", REASONING)
async def test_thoughts_are_thoughts(name: str, seed: int) -> None:
    events = await played(wire(name), seed)
    assert kept(events) == REASONING[name]
    assert end_of(events).finish_reason == ("length" if name == "r-tags-unclosed" else "stop")


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", WORDS)
async def test_words_are_read_wherever_they_stand(name: str, seed: int) -> None:
    events = await played(wire(f"q-{name}"), seed)
    assert kept(events) == ("Let me think." if name == "parts" else "", WORDS[name])
    ends = {"content-filter": "content_filter", "length": "length", "eos": "eos"}
    ends["nofinish-nodone"] = "ended_early"
    assert end_of(events).finish_reason == ends.get(name, "stop")
    assert not any(isinstance(event, Notice) for event in events)


@pytest.mark.parametrize("name", ["bom", "plain", "usage-each", "xgroq-usage", "nullchoices"])
async def test_tokens_are_counted(name: str) -> None:
    assert end_of(await played(wire(f"q-{name}"))).usage == NUMBERS


async def test_an_empty_answer_says_so() -> None:
    assert Notice("said_nothing") in await played(wire("q-empty"))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("detail", "The model `x` does not exist."),
        ("first", "The upstream is overloaded"),
        ("mid", "The upstream is overloaded"),
        ("string", "out of memory"),
    ],
)
async def test_a_failure_keeps_the_servers_words(name: str, words: str) -> None:
    with pytest.raises((ServerFailed, StreamFailed), match=words):
        await played(wire(f"q-error-{name}"))


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", CALLS)
async def test_calls_are_put_together(name: str, seed: int) -> None:
    calls = calls_of(await played(wire(f"t-{name}"), seed))
    assert [call.arguments for call in calls] == CALLS[name]
    expected = "calculate" if CALLS[name] != [{}] else "current_time"
    assert {call.name for call in calls} == {expected}


@pytest.mark.parametrize(
    "delta",
    [
        {"reasoning": {"content": THOUGHT}},
        {"reasoning": {"text": THOUGHT}},
        {"reasoning": {"summary": [{"type": "summary_text", "text": THOUGHT}]}},
        {"reasoning_details": [{"type": "reasoning.summary", "summary": THOUGHT}]},
        {
            "reasoning_details": [
                {"type": "reasoning.encrypted", "data": "x"},
                {"type": "reasoning.text", "text": THOUGHT},
            ]
        },
        {"thinking": {"content": THOUGHT}},
        {"content": [{"type": "thinking", "thinking": THOUGHT}]},
        {"content": [{"type": "reasoning", "text": THOUGHT}]},
        {"content": {"type": "thinking", "thinking": THOUGHT}},
        {"content": "", "reasoning_text": THOUGHT},
        {"content": "<think>" + THOUGHT + "</think>"},
        {"content": [{"type": "text", "text": "<think>" + THOUGHT + "</think>"}]},
    ],
)
async def test_thoughts_have_many_places(delta: Any) -> None:
    for words in (HELLO, [{"type": "text", "text": HELLO}], [HELLO]):
        events = await played(body(chunk(delta), chunk({"content": words}, "stop")))
        assert kept(events) == (THOUGHT, HELLO)


@pytest.mark.parametrize(
    "value",
    [
        {"choices": [{"index": 0, "delta": HELLO}]},
        {"choices": [{"index": 0, "text": HELLO}]},
        {"choices": [{"text": HELLO, "delta": None}]},
        {"choices": [{"index": 1, "delta": {"content": HELLO}}]},
        chunk({"content": {"type": "text", "text": HELLO}}),
        chunk({"content": [{"type": "output_text", "text": HELLO}]}),
        chunk({"content": [{"type": "refusal", "refusal": HELLO}]}),
        chunk({"content": None, "refusal": HELLO}),
        {"choices": [{"index": 0, "delta": {"content": HELLO}, "message": {"content": HELLO}}]},
    ],
)
async def test_words_have_many_places(value: Any) -> None:
    assert kept(await played(body(value))) == ("", HELLO)


EVENT = json.dumps(chunk({"content": HELLO}, "stop"), indent=1).encode()


@pytest.mark.parametrize(
    "raw",
    [
        b"".join(b"data: " + line + b"\n" for line in EVENT.split(b"\n")) + b"\n" + DONE,
        b"".join(b"data:" + line + b"\r" for line in EVENT.split(b"\n")) + b"\r" + DONE,
        b"data: data: " + EVENT.replace(b"\n", b"") + b"\n\n" + DONE,
        EVENT.replace(b"\n", b"") + b"\n" + DONE,
        b"\xef\xbb\xbf" + EVENT,
        b"event:message\r\nid\r\ndata:" + EVENT.replace(b"\n", b"") + b"\r\n\r\n" + DONE,
        b"data\n\ndata: []\n\ndata: 1\n\ndata: " + EVENT.replace(b"\n", b"") + b"\n" + DONE,
    ],
)
async def test_events_are_read_however_their_lines_end(raw: bytes) -> None:
    for seed in (1, 2, 3):
        assert kept(await played(Canned(raw, content_type=SSE), seed)) == ("", HELLO)


@pytest.mark.parametrize("raw", [b"data: {\n\n", b"data: no JSON\n\n" + DONE, b'data: {"a": \n'])
async def test_what_is_no_json_is_said(raw: bytes) -> None:
    with pytest.raises(BadAnswer, match="not JSON"):
        await played(Canned(raw, content_type=SSE))


async def test_a_page_instead_of_a_stream_is_said() -> None:
    with pytest.raises(BadAnswer, match="a web page"):
        await played(Canned(b"<html>\n<p>Sign in: now</p>", content_type="text/html"))


@pytest.mark.parametrize(
    "value",
    [
        {"error": "Out of luck"},
        {"error": {"message": "Out of luck"}},
        {"error": {"code": 1, "error": {"message": "Out of luck"}}},
        {"error": {"detail": "Out of luck"}},
        {"error": '{"message": "Out of luck"}'},
        {"object": "error", "message": "Out of luck"},
        {"detail": "Out of luck"},
        {"detail": [{"loc": ["body"], "msg": "Out of luck"}]},
        {"code": 500, "msg": "Out of luck"},
        {"message": "Out of luck", "type": "internal"},
        {"errors": [{"message": "Out of luck"}]},
        {"type": "error", "error": {"type": "overloaded_error", "message": "Out of luck"}},
        {"choices": [{"index": 0, "error": {"message": "Out of luck"}, "delta": {}}]},
        {"choices": None, "base_resp": {"status_code": 1008, "status_msg": "Out of luck"}},
        {"choices": [], "error": {"message": "Out of luck"}},
    ],
)
async def test_failures_have_many_shapes(value: Any) -> None:
    with pytest.raises(ServerFailed, match=r"failed: Out of luck$"):
        await played(body(value))
    with pytest.raises(StreamFailed, match="Out of luck"):
        await played(body(chunk({"content": "Hel"}), value))


async def test_an_event_named_error_is_one() -> None:
    for told in (b'"Out of luck"', b'{"message": "Out of luck"}', b'{"error": "Out of luck"}'):
        with pytest.raises(ServerFailed, match="Out of luck"):
            await played(Canned(b"event: error\ndata: " + told + b"\n\n", content_type=SSE))


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("abort", "abort"),
        ("SAFETY", "content_filter"),
        ("max_tokens", "length"),
        ("model_length", "length"),
        ("insufficient_system_resource", "abort"),
        ("end_turn", "end_turn"),
        ("error", "ended_early"),
        ("ERROR", "ended_early"),
        ("STOP", "stop"),
        ("content_filter: SPII", "content_filter"),
    ],
)
async def test_ends_have_other_words(word: str, reason: str) -> None:
    assert end_of(await played(body(chunk({"content": "Hi"}, word)))).finish_reason == reason


def piece(arguments: Any = None, **rest: Any) -> dict[str, Any]:
    """A piece of a call: `name` is the function's."""
    name = {"name": rest.pop("name")} if "name" in rest else {}
    function = {**name, **({} if arguments is None else {"arguments": arguments})}
    return {**rest, "function": function}


ONE, TWO = '{"expression": "17*23"}', '{"expression": "2+3"}'
HALF, REST = '{"exp', 'ression": "17*23"}'


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        # An id of its own in every piece.
        ([piece("", index=0, id="a", name="f"), piece(ONE, index=0, id="b")], [ONE]),
        ([piece("", id="a", name="f"), piece(HALF, id="b"), piece(REST, id="c")], [ONE]),
        (
            [
                piece(HALF, index=0, id="a", name="f"),
                piece(REST, index=0, id="b", name="f"),
            ],
            [ONE],
        ),
        # No ids.
        ([piece(ONE, index=0, name="f"), piece(TWO, index=1, name="f")], [ONE, TWO]),
        ([piece(ONE, index=0, name="f"), piece(TWO, index=0, name="f")], [ONE, TWO]),
        ([piece(ONE, name="f"), piece(TWO, name="f")], [ONE, TWO]),
        ([piece("", name="f"), piece(HALF), piece(REST), piece(TWO, name="f")], [ONE, TWO]),
        ([piece("", name="f"), piece(ONE), piece("", name="f"), piece(TWO)], [ONE, TWO]),
        ([piece(ONE, index=0, name="f"), piece("", index=0, name="f")], [ONE]),
        # A beginning that is filled later, and JSON by hand.
        ([piece("{}", index=0, name="f"), piece(ONE, index=0)], [ONE]),
        ([piece({}, index=0, name="f"), piece(ONE, index=0)], [ONE]),
        ([piece("{'expression': '17*23',}", index=0, name="f")], [ONE]),
        # The same id for all.
        ([piece(ONE, id="a", name="f"), piece(TWO, id="a", name="f")], [ONE, TWO]),
        (
            [piece(ONE, index=0, id="a", name="f"), piece(TWO, index=0, id="a", name="f")],
            [ONE, TWO],
        ),
        # One index, and pieces of the arguments.
        (
            [
                piece("", index=0, id="a", name="f"),
                piece(ONE, index=0),
                piece("", index=0, id="b", name="f"),
                piece(TWO, index=0),
            ],
            [ONE, TWO],
        ),
        # A name in pieces, growing, or in every piece.
        (
            [piece(index=0, id="a", name="f"), piece("", index=0, name=""), piece(ONE, index=0)],
            [ONE],
        ),
        ([piece(HALF, index=0, id="a", name="f"), piece(REST, index=0, name="f")], [ONE]),
        (
            [piece(ONE, index=0, id="a", name="f"), piece("", index=0, id="a", name="f")],
            [ONE],
        ),
        # The index grows with every piece.
        ([piece("", index=0, id="a", name="f"), piece(HALF, index=1), piece(REST, index=2)], [ONE]),
        # The whole once more at the end.
        ([piece(ONE, index=0, id="a", name="f"), piece(ONE, index=0, id="a", name="f")], [ONE]),
        ([piece(ONE, index=0, id="a", name="f"), piece(ONE, index=0)], [ONE]),
        # Numbers that begin at 1, or as texts.
        ([piece(ONE, index=1, id="a", name="f")], [ONE]),
        ([piece(ONE, index="0", id="a", name="f")], [ONE]),
        # Without `function` around it.
        ([{"index": 0, "id": "a", "name": "f", "arguments": ONE}], [ONE]),
    ],
)
async def test_pieces_of_calls(pieces: list[Any], expected: list[str]) -> None:
    chunks = [chunk({"tool_calls": [one]}) for one in pieces]
    calls = calls_of(await played(body(*chunks, chunk({}, "tool_calls"))))
    assert [json.dumps(call.arguments) for call in calls] == expected
    assert {call.name for call in calls} == {"f"}
    at_once = calls_of(await played(body(chunk({"tool_calls": pieces}, "tool_calls"))))
    assert [json.dumps(call.arguments) for call in at_once] == expected


@pytest.mark.parametrize("names", [["calc", "ulate"], ["calc", "calculate"], ["c", "alc", "ulate"]])
async def test_a_name_comes_in_pieces(names: list[str]) -> None:
    pieces = [piece(index=0, name=name) for name in names]
    chunks = [chunk({"tool_calls": [one]}) for one in (*pieces, piece(ONE, index=0))]
    (call,) = calls_of(await played(body(*chunks, chunk({}, "tool_calls"))))
    assert (call.name, call.arguments) == ("calculate", {"expression": "17*23"})


@pytest.mark.parametrize(
    "name",
    [
        *("functions.calculate", "function.calculate", "default_api.calculate", "calculate:0"),
        *(" calculate ", "functions.calculate:2", "calculate<|channel|>commentary"),
    ],
)
async def test_what_stands_around_a_name_is_taken_off(name: str) -> None:
    value = chunk({"tool_calls": [piece(ONE, index=0, name=name)]}, "tool_calls")
    assert calls_of(await played(body(value)))[0].name == "calculate"


@pytest.mark.parametrize(
    "arguments",
    [
        ONE,
        json.dumps(ONE),
        json.dumps(json.dumps(ONE)),
        f"{ONE}}}",
        f"{ONE}\n}}}}",
        f"{ONE}]",
        f"[{ONE}]",
        f"{{{ONE}}}",
        f"{ONE}{ONE}",
        f"```\n{ONE}\n```",
        f"```json\n{ONE}",
        {"expression": "17*23"},
        [{"expression": "17*23"}],
    ],
)
async def test_arguments_are_understood(arguments: Any) -> None:
    value = chunk({"tool_calls": [piece(arguments, index=0, name="f")]}, "tool_calls")
    assert calls_of(await played(body(value)))[0].arguments == {"expression": "17*23"}


@pytest.mark.parametrize("arguments", [HALF, f"{ONE} and more", f"{ONE}{TWO}", "17*23", "[1, 2]"])
async def test_arguments_that_are_none_are_handed_on(arguments: str) -> None:
    value = chunk({"tool_calls": [piece(arguments, index=0, name="f")]}, "tool_calls")
    assert calls_of(await played(body(value)))[0].arguments == {"_unparsed": arguments}


REFUSED = [
    (422, {"detail": [{"type": "extra_forbidden", "loc": ["body", "stream_options"]}]}),
    (400, {"error": {"message": "Extra inputs are not permitted, field: 'stream_options'"}}),
    (400, {"error": {"message": "unknown field", "param": "stream_options"}}),
    (500, {"error": 'json: unknown field "stream_options"'}),
    (400, {"message": "Stream option include_usage is not supported"}),
    (
        422,
        {
            "object": "error",
            "message": {
                "detail": [
                    {"loc": ["body", "stream_options", "include_usage"], "msg": "Extra inputs"}
                ]
            },
        },
    ),
]
NO_STREAMS = [
    (
        400,
        {
            "error": {
                "message": "Unsupported value: 'stream' does not support true with this model.",
                "param": "stream",
            }
        },
    ),
    (400, {"error": {"message": "Streaming is not supported"}}),
    (501, {"detail": "stream=true is not implemented; stream must be false"}),
    (422, {"detail": "This model does not support streaming"}),
]
WHOLE = {
    "object": "chat.completion",
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": HELLO, "reasoning_content": THOUGHT},
            "finish_reason": "stop",
        }
    ],
    "usage": {"prompt_tokens": 11, "completion_tokens": 7},
}


def refused(status: int, value: Any) -> Canned:
    return Canned(json.dumps(value).encode(), status, "application/json")


def asked(told: Replay) -> list[dict[str, Any]]:
    return [json.loads(request[3]) for request in told.requests]


@pytest.mark.parametrize(("status", "value"), REFUSED)
async def test_stream_options_are_left_out_where_they_are_refused(status: int, value: Any) -> None:
    async with replay({PATH: [refused(status, value), wire("q-plain")]}) as told:
        provider = OpenAICompatibleProvider(told.url)
        for _ in range(2):
            assert kept(await answer(provider)) == ("", HELLO)
        assert kept(await answer(provider, asking(model_name="other"))) == ("", HELLO)
    assert ["stream_options" in sent for sent in asked(told)] == [True, False, False, False]
    assert all(sent["stream"] for sent in asked(told))


@pytest.mark.parametrize(("status", "value"), NO_STREAMS)
async def test_a_model_that_does_not_stream_is_asked_for_the_whole(status: int, value: Any) -> None:
    whole = Canned(json.dumps(WHOLE, indent=2).encode(), content_type="application/json")
    async with replay({PATH: [refused(status, value), whole]}) as told:
        provider = OpenAICompatibleProvider(told.url)
        for _ in range(2):
            events = await answer(provider)
            assert kept(events) == (THOUGHT, HELLO)
            assert end_of(events).usage == NUMBERS
        await collect(provider.chat(asking(model_name="other")))
    assert [sent["stream"] for sent in asked(told)] == [True, False, False, True]
    assert "stream_options" not in asked(told)[1]


async def test_both_may_be_refused_one_after_the_other() -> None:
    answers = [refused(*REFUSED[0]), refused(*NO_STREAMS[0]), refused(200, WHOLE)]
    async with replay({PATH: answers}) as told:
        assert kept(await answer(OpenAICompatibleProvider(told.url))) == (THOUGHT, HELLO)
    assert len(told.requests) == 3


@pytest.mark.parametrize("kind", ["application/json", "text/plain", SSE])
@pytest.mark.parametrize("indent", [None, 2])
async def test_a_whole_answer_to_a_wish_for_a_stream_is_read(kind: str, indent: int | None) -> None:
    events = await played(Canned(json.dumps(WHOLE, indent=indent).encode(), content_type=kind))
    assert kept(events) == (THOUGHT, HELLO)
    assert end_of(events).finish_reason == "stop"


@pytest.mark.parametrize("more", [{"tools": (WEATHER,)}, {"answer_schema": {}}])
async def test_what_is_not_streamed_with_tools_or_a_shape_is_streamed_without(more: Any) -> None:
    no_stream = refused(400, {"error": "This does not support streaming"})
    async with replay({PATH: [no_stream, wire("q-plain")]}) as told:
        provider = OpenAICompatibleProvider(told.url)
        for request in (asking(**more), asking(), asking(**more)):
            await answer(provider, request)
    assert [sent["stream"] for sent in asked(told)] == [True, False, True, False]


@pytest.mark.parametrize(
    ("words", "is_refusal"),
    [
        ("Streaming isn't supported.", True),
        ("The `stream` parameter is unsupported", True),
        ("Only stream=false is taken here", True),
        ("Streaming responses are not yet implemented", True),
        ("Provider returned error: upstream is not available", False),
        ("downstream unavailable", False),
        ("stream error: stream ID 3; INTERNAL_ERROR; not received from peer", False),
    ],
)
def test_a_stream_of_another_kind_is_none(words: str, is_refusal: bool) -> None:
    body = json.dumps({"error": {"message": words}}).encode()
    assert (without_named({"stream": True}, 500, body) is not None) == is_refusal


async def test_a_refusal_for_another_reason_is_told_and_nothing_remembered() -> None:
    async with replay({PATH: refused(400, {"error": "temperature is not a number"})}) as told:
        with pytest.raises(RequestRejected, match="temperature"):
            await answer(OpenAICompatibleProvider(told.url))
    assert len(told.requests) == 1
    echoed = refused(422, {"detail": "bad messages", "input": {"stream_options": {}}})
    async with replay({PATH: echoed}) as told:
        with pytest.raises(RequestRejected, match="bad messages"):
            await answer(OpenAICompatibleProvider(told.url))
    assert len(told.requests) == 2
    assert streaming_refused._refused == {}


async def test_too_many_requests_are_not_made_more() -> None:
    async with replay({PATH: refused(429, {"error": "stream_options not counted"})}) as told:
        with pytest.raises(RateLimited):
            await answer(OpenAICompatibleProvider(told.url))
    assert len(told.requests) == 1


async def test_a_call_without_a_list_is_one() -> None:
    events = await played(body(chunk({"tool_calls": piece(ONE, name="f")}, "tool_calls")))
    assert [call.name for call in calls_of(events)] == ["f"]


@pytest.mark.parametrize(
    "told",
    [
        {"error": True, "message": "Out of luck"},
        {"error_code": 17, "error_msg": "Out of luck"},
        {"fault": {"faultstring": "Out of luck"}},
        {"Message": "Out of luck"},
        {"exception": "Out of luck"},
        [{"error": {"message": "Out of luck"}}],
    ],
)
@pytest.mark.parametrize("status", [200, 500])
async def test_a_failure_under_another_name_is_one(told: Any, status: int) -> None:
    for canned in (refused(status, told), replace(body(told), status=status)):
        with pytest.raises(ServerFailed, match="Out of luck"):
            await played(canned)


async def test_words_that_are_no_stream_are_told() -> None:
    with pytest.raises(BadAnswer, match="Out of luck"):
        await played(Canned(b"Out of luck", content_type="text/plain"))


async def test_a_message_may_be_a_text() -> None:
    events = await played(body({"choices": [{"message": "Hello", "finish_reason": "stop"}]}))
    assert kept(events) == ("", "Hello")
