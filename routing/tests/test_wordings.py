"""How servers say that a window is full, that they have no tools, or that it costs: real wordings,
and whole bodies as they come."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from routing.asking import ask
from routing.errors import (
    ContextExceeded,
    ModelCannot,
    ModelNotFound,
    PaymentNeeded,
    RateLimited,
    RequestRejected,
    RoutingError,
    ServerBusy,
    ServerFailed,
    ServerMoved,
    ServerStarting,
)
from routing.llm.openai_compatible import OpenAICompatibleProvider
from routing.llm.refusals import refusal
from routing.tests.helpers import WEATHER, choosing, collect, text_of
from routing.tests.replay import Canned, replay, transcript
from routing.tests.test_fitting import request
from routing.tools.base import ToolContext
from routing.types import ChatMessage, ChatRequest, Event, HistoryCut, Notice, WindowKnown

WIRE = Path(__file__).parent / "wire"
ERRORS = sorted((WIRE / "errors").iterdir())
WORDINGS = json.loads((WIRE / "wordings.json").read_text())
OTHERS = {
    "rejected": RequestRejected,
    "unknown": ModelNotFound,
    "limited": RateLimited,
    "paid": PaymentNeeded,
}
PATH = "/v1/chat/completions"
ANSWER = transcript("71")


def refused(status: int, body: bytes, **headers: str) -> RoutingError:
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return refusal(status, body, server="http://s", model_name="m1", headers=told)


def canned(path: Path) -> Canned:
    return Canned(path.read_bytes(), int(path.name.split(".")[1]))


def bodies(beginning: str) -> list[Path]:
    found = [path for path in ERRORS if path.name.startswith(beginning)]
    assert found
    return found


def names(paths: list[Path]) -> list[str]:
    return [path.name for path in paths]


async def asked(
    first: Canned | list[Canned], asking: ChatRequest
) -> tuple[list[Event], list[dict[str, object]]]:
    """The events, and what was sent each time."""
    answers = [*first, ANSWER] if isinstance(first, list) else [first, ANSWER]
    async with replay({PATH: answers}) as told:
        choose = choosing(OpenAICompatibleProvider(told.url), loaded_context_length=None)
        events = await collect(ask(asking, await choose()))
    return events, [json.loads(sent[3]) for sent in told.requests if sent[1] == PATH]


@pytest.mark.parametrize(
    ("status", "words", "kind", "counted", "limit"),
    [row[1:] for row in WORDINGS],
    ids=[f"{row[0]}: {row[3]}" for row in WORDINGS],
)
def test_each_wording_is_understood(
    status: int, words: str, kind: str, counted: int | None, limit: int | None
) -> None:
    error = refused(status, json.dumps({"error": {"message": words}}).encode())
    if kind == "context":
        assert type(error) is ContextExceeded
        assert (error.context["prompt_tokens"], error.context["context_length"]) == (counted, limit)
    elif kind in OTHERS:
        assert type(error) is OTHERS[kind]
    else:
        assert type(error) is ModelCannot
        assert error.context["capability"] == kind


@pytest.mark.parametrize("path", bodies("e400ctx"), ids=names(bodies("e400ctx")))
async def test_a_full_window_leaves_the_oldest_out_and_goes_on(path: Path) -> None:
    assert isinstance(refused(canned(path).status, path.read_bytes()), ContextExceeded)
    events, sent = await asked(canned(path), request(40))
    assert text_of(events) == "Hello there. I"
    assert len(sent) == 2
    assert [type(event) for event in events].count(HistoryCut) == 1


@pytest.mark.parametrize("path", bodies("e400tools"), ids=names(bodies("e400tools")))
async def test_no_tools_is_asked_without(path: Path) -> None:
    events, sent = await asked(canned(path), ChatRequest("m1", SEEN[2:], tools=(WEATHER,)))
    assert Notice("tools_unsupported") in events
    assert ["tools" in one for one in sent] == [True, False]


SEEN = (
    ChatMessage("user", "What is it?", images=("aGk=",)),
    ChatMessage("assistant", "A cat."),
    ChatMessage("user", "Why?"),
)


@pytest.mark.parametrize("path", bodies("e400img"), ids=names(bodies("e400img")))
async def test_no_images_is_asked_without_the_earlier_ones(path: Path) -> None:
    events, sent = await asked(canned(path), ChatRequest("m1", SEEN))
    assert Notice("images_left_out") in events
    assert ["image_url" in json.dumps(one) for one in sent] == [True, False]


@pytest.mark.parametrize("path", bodies("e400img"), ids=names(bodies("e400img")))
async def test_a_question_about_images_is_refused_clearly(path: Path) -> None:
    with pytest.raises(ModelCannot, match="does not support images"):
        await asked(canned(path), ChatRequest("m1", SEEN[:1]))


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "The model m1 cannot process images"),
        (500, "No image processor for this model"),
        (422, "Attachments are not wanted"),
        (400, "messages.0.content: odd"),
    ],
)
async def test_unknown_words_about_images_are_tried_once_without_earlier_ones(
    status: int, words: str
) -> None:
    refusing = Canned(json.dumps({"error": words}).encode(), status)
    events, sent = await asked(refusing, ChatRequest("m1", SEEN))
    assert Notice("earlier_images_left_out") in events
    assert ["image_url" in json.dumps(one) for one in sent] == [True, False]
    with pytest.raises((RequestRejected, ServerFailed), match=words):
        await asked(refusing, ChatRequest("m1", SEEN[:1]))


async def test_where_the_images_were_not_it_the_first_words_are_told() -> None:
    first, second = (Canned(b'{"error":"image %d"}' % n, 400) for n in (1, 2))
    with pytest.raises(RequestRejected, match="image 1"):
        await asked([first, second, second], ChatRequest("m1", SEEN))


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "Tool use is unavailable for this model"),
        (501, "Tool calls: not there yet"),
        (400, "This model only supports single tool-calls at once!"),
        (500, "Value is not callable: null at row 1, column 72: {%- if tools %}"),
        (400, "Invalid schema for function 'look': odd"),
    ],
)
async def test_unknown_words_about_tools_are_tried_once_without_ours(
    status: int, words: str
) -> None:
    refusing = Canned(json.dumps({"error": words}).encode(), status)
    told = ChatRequest("m1", (ChatMessage("user", "Hi"),), tools=(WEATHER,))
    events, sent = await asked(refusing, replace(told, tool_context=ToolContext(1)))
    assert Notice("tools_refused") in events
    assert ["tools" in one for one in sent] == [True, False]
    with pytest.raises((RequestRejected, ServerFailed), match=re.escape(words)):
        await asked(refusing, told)  # a program's own


def test_an_image_that_cannot_be_loaded_is_no_model() -> None:
    error = refusal(500, b'{"error": "Failed to load image"}', server="http://s", model_name="m")
    assert isinstance(error, ServerFailed)


@pytest.mark.parametrize("name", ["e400roles", "e400alt"])
async def test_a_template_without_such_roles_gets_the_same_words_by_turns(name: str) -> None:
    (path,) = bodies(name)
    said = [("system", "Be kind."), ("user", "One."), ("user", "Two."), ("assistant", "Yes.")]
    told = tuple(ChatMessage(role, words) for role, words in (*said, ("user", "Go on.")))
    _, sent = await asked(canned(path), ChatRequest("m1", told))
    assert sent[1]["messages"] == [
        {"role": "user", "content": "Be kind.\n\nOne.\n\nTwo."},
        {"role": "assistant", "content": "Yes."},
        {"role": "user", "content": "Go on."},
    ]


async def test_too_many_images_leave_the_questions_own() -> None:
    too_many = Canned(b'{"message":"At most 1 image(s) may be provided in one prompt."}', 400)
    both = ChatRequest("m1", (*SEEN[:2], ChatMessage("user", "And this?", images=("aGkh",))))
    events, sent = await asked(too_many, both)
    assert Notice("earlier_images_left_out") in events
    assert [json.dumps(one).count("data:image") for one in sent] == [2, 1]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, b'{"error":"tokens: nobody knows these words"}'),
        (422, b'{"detail":[{"msg":"bad context","loc":["body","messages"]}]}'),
        (500, b"Internal error in the context manager"),
        (413, b"<html><head><title>413 Request Entity Too Large</title></head></html>"),
        (429, b'{"error":{"message":"Request too large on tokens: Limit 10, Requested 12"}}'),
    ],
)
async def test_unknown_words_about_length_are_tried_once_with_less(
    status: int, body: bytes
) -> None:
    events, sent = await asked(Canned(body, status), request(10))
    assert text_of(events) == "Hello there. I"
    counts = [len(one["messages"]) for one in sent]  # type: ignore[arg-type]
    assert counts[1] < counts[0]


async def test_where_less_does_not_help_the_first_words_are_told() -> None:
    first, second = (Canned(b'{"error":"tokens: %d"}' % n, 400) for n in (1, 2))
    with pytest.raises(RequestRejected, match="tokens: 1"):
        await asked([first, second, second], request(10))


async def test_without_history_there_is_no_second_question() -> None:
    async with replay({PATH: Canned(b'{"error":"bad tokens"}', 400)}) as told:
        choose = choosing(OpenAICompatibleProvider(told.url), loaded_context_length=None)
        with pytest.raises(RequestRejected, match="bad tokens"):
            await collect(ask(request(0), await choose()))
    assert len(told.requests) == 1


async def test_without_numbers_it_goes_on_by_halves_until_it_fits() -> None:
    full = Canned(b'{"error":"Context size has been exceeded."}', 400)
    events, sent = await asked([full] * 4, request(40))
    assert text_of(events) == "Hello there. I"
    counts = [len(one["messages"]) for one in sent]  # type: ignore[arg-type]
    assert counts == sorted(set(counts), reverse=True)


async def test_numbers_by_which_all_would_fit_are_not_believed() -> None:
    words = b'{"error":"This model\'s maximum context length is 99999 tokens, too long."}'
    events, _ = await asked(Canned(words, 400), request(10))
    assert text_of(events) == "Hello there. I"
    assert WindowKnown(99999, "refusal") in events


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("e429.", RateLimited, "Rate limit reached for model. Please try again in 12.3s."),
        ("e402.", PaymentNeeded, "Insufficient credits"),
        ("e529.", ServerBusy, "Overloaded"),
        ("e503hf.", ServerStarting, "still loading"),
        ("e422.", RequestRejected, "Field required (messages.0.name)"),
        ("e400errors.", RequestRejected, "bad model"),
        ("e400msgs.", RequestRejected, "Unsupported parameter: top_k"),
        ("e400lm.", RequestRejected, "Model is unloaded."),
        ("e400lm2.", RequestRejected, "lms load"),
        ("e400model.", ModelNotFound, "m1 is not installed"),
        ("e404model.", ModelNotFound, "m1 is not installed"),
        ("e413.", RequestRejected, "too large for it, or for a proxy"),
        ("e500html.", ServerFailed, "no more than that (status 500)"),
        ("e502.", ServerFailed, "could not reach it (status 502)"),
        ("e503.", ServerFailed, "takes no requests right now (status 503)"),
        ("e504.", ServerFailed, "waited too long for the answer (status 504)"),
        ("e524.", ServerFailed, "waited too long for the answer (status 524)"),
    ],
)
def test_what_a_body_says_is_told_and_never_markup(
    name: str, kind: type[RoutingError], words: str
) -> None:
    (path,) = bodies(name)
    error = refused(canned(path).status, path.read_bytes())
    assert type(error) is kind
    assert words in str(error)
    assert "<" not in str(error)


@pytest.mark.parametrize(
    ("told", "when"),
    [("30", "in 30 seconds"), ("0.4", "in 1 second"), ("600", "in 10 minutes"), ("soon", "later")],
)
def test_a_limit_says_when_to_try_again(told: str, when: str) -> None:
    error = refused(429, b'{"error":{"message":"Slow down"}}', retry_after=told)
    assert f"It says: Slow down. Try again {when}." in str(error)


def test_a_full_queue_says_when_to_try_again() -> None:
    error = refused(503, b'{"error":"all slots are busy"}', retry_after="5")
    assert "Try again in 5 seconds. It says: all slots are busy." in str(error)


def test_a_date_is_a_time_to_try_again_too() -> None:
    error = refused(429, b"", retry_after="Wed, 21 Oct 2015 07:28:00 GMT")
    assert str(error).endswith("for now. Try again in 1 second.")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'[{"error":{"code":400,"message":"in a list"}}]', "in a list"),
        (b'{"error":{"message":"{\\"error\\":{\\"message\\":\\"twice\\"}}"}}', "twice"),
        (b'\xef\xbb\xbf{"error":"after a mark"}', "after a mark"),
        (b'{"error":{"message":"Upstream: <html><b>502</b></html>"}}', "Upstream:"),
        (b"\n  <!DOCTYPE html><p>no</p>", "status 418"),
        (b'{"errors":["one","two"]}', "one; two"),
        (b'{"error":[]}', "status 418"),
        (b"[]", "status 418"),
    ],
)
def test_odd_bodies_are_read_as_well(body: bytes, words: str) -> None:
    error = refused(418, body)
    assert str(error).endswith(words)
    assert type(error) is RequestRejected


def test_a_redirection_says_where_to() -> None:
    error = refused(308, b"", location="https://me:pass@models.example.org/v1/models?token=t")
    assert type(error) is ServerMoved
    assert "https://models.example.org," in str(error)
    assert "pass" not in str(error)
    assert "token" not in str(error)


def test_a_redirection_within_the_server_is_told_whole() -> None:
    assert "http://s/login," in str(refused(302, b"", location="/login"))
    assert "another address" in str(refused(302, b"", location="http://["))
