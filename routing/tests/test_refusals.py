"""Every error that a real Ollama gave, and a few that its source or other servers give."""

import json
from typing import Any

import pytest

from routing.errors import (
    AuthenticationFailed,
    BadAnswer,
    ContextExceeded,
    ModelCannot,
    ModelLoadFailed,
    ModelNotFound,
    NotAModelServer,
    RateLimited,
    RequestRejected,
    RoutingError,
    ServerBusy,
    ServerFailed,
    ServerRefused,
    ServerStarting,
)
from routing.llm.ollama import OllamaProvider
from routing.llm.openai_compatible import OpenAICompatibleProvider
from routing.llm.refusals import read_complaint, refusal
from routing.tests.helpers import answer, asking
from routing.tests.replay import Canned, replay, transcript


async def refused(canned: Canned, model_name: str = "nope:1b") -> RoutingError:
    async with replay({"/api/chat": canned}) as told:
        with pytest.raises(RoutingError) as error:
            await answer(OllamaProvider(told.url), asking(model_name=model_name))
    return error.value


def said(status: int, error: Any) -> Canned:
    return Canned(json.dumps({"error": error}).encode(), status, "application/json")


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("20", ModelNotFound),
        ("20b", ModelNotFound),
        ("20d", ModelNotFound),
        ("21", RequestRejected),
        ("21b", RequestRejected),
        ("21c", RequestRejected),
        ("21d", RequestRejected),
        ("21e", RequestRejected),
        ("21f", RequestRejected),
        ("21h", RequestRejected),
        ("21i", RequestRejected),
        ("21j", NotAModelServer),
        ("21k", NotAModelServer),
        ("18", ModelCannot),
        ("18c", RequestRejected),
        ("19", ModelCannot),
        ("34", RequestRejected),
        ("37", RequestRejected),
        ("37b", RequestRejected),
        ("42", ModelCannot),
        ("42b", RequestRejected),
        ("60_ctx_hist_notrunc", ContextExceeded),
        ("60_ctx_long1_noshift", ContextExceeded),
        ("60_ctx_native_long", ContextExceeded),
        ("65", ModelCannot),
        ("67c", ServerFailed),
        ("77", ServerRefused),
        ("78", ServerRefused),
        ("78b", ServerRefused),
        ("86d", ContextExceeded),
        ("86e", ModelCannot),
    ],
)
async def test_each_recorded_refusal_has_its_kind(number: str, kind: type[RoutingError]) -> None:
    assert type(await refused(transcript(number))) is kind


async def test_an_unknown_model_names_itself_and_the_way_to_get_it() -> None:
    assert "ollama pull nope:1b" in str(await refused(transcript("20")))


async def test_a_context_error_tells_the_numbers() -> None:
    error = await refused(transcript("60_ctx_hist_notrunc"), "smollm2:135m")
    assert error.context == {
        "model_name": "smollm2:135m",
        "prompt_tokens": 1414,
        "context_length": 512,
    }
    assert "1,414 tokens sent, room for 512" in str(error)


@pytest.mark.parametrize(
    ("number", "capability"),
    [("18", "thinking"), ("19", "tools"), ("42", "images"), ("65", "embeddings"), ("86e", "chat")],
)
async def test_what_a_model_cannot_do_is_named(number: str, capability: str) -> None:
    assert (await refused(transcript(number))).context["capability"] == capability


async def test_an_empty_403_says_how_to_open_the_server() -> None:
    error = await refused(transcript("77"))
    assert "OLLAMA_HOST" in str(error)
    assert "It says" not in str(error)


async def test_cloud_that_is_switched_off_is_said() -> None:
    assert "ollama cloud is disabled" in str(await refused(transcript("78")))


@pytest.mark.parametrize(
    ("canned", "kind"),
    [
        (said(503, "server busy, please try again.  maximum pending requests"), ServerBusy),
        (said(401, "unauthorized"), AuthenticationFailed),
        (said(429, "too many requests"), RateLimited),
        (said(502, "upstream not there"), ServerFailed),
        (said(500, "llama-server process has terminated: exit status 2"), ModelLoadFailed),
        (said(500, "error loading model: out-of-memory on device"), ModelLoadFailed),
        (said(500, "timed out waiting for llama-server to start"), ModelLoadFailed),
        (said(500, "model requires more system memory (9 GiB) than is free"), ModelLoadFailed),
        (said(500, "something else"), ServerFailed),
        (Canned(b"", 500, ""), ServerFailed),
        (Canned(b"<html>Bad gateway</html>", 502, "text/html"), ServerFailed),
        (Canned(b"", 302, ""), BadAnswer),
        (Canned(b"\xff\xfe", 418, ""), RequestRejected),
    ],
)
async def test_other_refusals(canned: Canned, kind: type[RoutingError]) -> None:
    assert type(await refused(canned)) is kind


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b'{"error":"plain"}', "plain"),
        (b'{"error":"{\\"error\\":{\\"message\\":\\"inner\\"}}"}', "inner"),
        (b'{"error":{"message":"object","type":"x"}}', "object"),
        (b'{"error":null}', ""),
        (b'{"message":"elsewhere"}', "elsewhere"),
        (b"", ""),
        (b"404 page not found", "404 page not found"),
        (b"<html></html>", ""),
        (b'"text"', '"text"'),
    ],
)
def test_an_error_may_have_any_shape(body: bytes, detail: str) -> None:
    assert read_complaint(body).detail == detail


@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        (400, "This model's maximum context length is 4096 tokens", ContextExceeded),
        (400, '"auto" tool choice requires --tool-call-parser to be set', ModelCannot),
        (500, "image input is not supported - hint: provide the mmproj", ModelCannot),
        (503, "Loading model", ServerStarting),
        (404, "The model `x` does not exist.", ModelNotFound),
    ],
)
def test_refusals_of_other_servers(status: int, message: str, kind: type[RoutingError]) -> None:
    body = json.dumps({"error": {"message": message}}).encode()
    assert type(refusal(status, body, server="http://s", model_name="m")) is kind


async def test_a_crash_while_loading_is_told_in_an_early_error_line() -> None:
    body = b'{"error":"llama-server process has terminated: signal: killed"}\n'
    assert type(await refused(Canned(body))) is ModelLoadFailed


async def test_a_key_that_a_server_repeats_is_told_to_nobody() -> None:
    said = Canned(b'{"error": "The key sk-secret may not do this"}', 403, "application/json")
    places = ("/v1/chat/completions", "/v1/models", "/v1/embeddings", "/api/chat", "/api/tags")
    async with replay(dict.fromkeys(places, said)) as told:
        for kind in (OpenAICompatibleProvider, OllamaProvider):
            provider = kind(told.url, api_key="sk-secret\n")
            with pytest.raises(ServerRefused, match="The key … may not"):
                await answer(provider)
            with pytest.raises(ServerRefused, match="The key … may not"):
                await provider.list_models()
        with pytest.raises(ServerRefused, match="The key … may not"):
            await OpenAICompatibleProvider(told.url, api_key="sk-secret").embed("m", ["a"], None)
