"""Where servers of OpenAI's protocol are found, and what goes along with every request."""

import json
from typing import Any

import pytest

from routing.errors import AuthenticationFailed, NotAModelServer, ServerMoved
from routing.llm.address import base_url, hide_password, is_loopback, openai_bases, query_of
from routing.llm.servers import detect_models, provider_at
from routing.tests.helpers import answer, asking, text_of
from routing.tests.replay import Canned, replay, transcript

LIST = Canned(b'{"data":[{"id":"m1"}]}', content_type="application/json")
ANSWER = transcript("71")
PAGE = Canned(b"<html>Welcome</html>", content_type="text/html")


@pytest.mark.parametrize(
    ("ending", "base"),
    [
        ("/api/v1", "/api/v1"),
        ("/v1beta/openai", "/v1beta/openai"),
        ("/api/paas/v4", "/api/paas/v4"),
        ("/api/v0", "/api/v0"),
        ("/openai/v1", "/openai/v1"),
        ("/v1", "/v1"),
        ("/v1/", "/v1"),
        ("//v1//", "//v1"),
        ("/v1/chat/completions", "/v1"),
        ("/v1/models/", "/v1"),
        ("/api/paas/v4/chat/completions", "/api/paas/v4"),
        ("", "/v1"),
        ("/", "/v1"),
        ("", ""),
        ("", "/api/v1"),
        ("", "/openai/v1"),
        ("/proxy", "/proxy/v1"),
        ("/proxy/", "/proxy"),
        ("/v1\n", "/v1"),
        ("/openai/deployments/m1?api-version=2024-10-21", "/openai/deployments/m1"),
    ],
)
async def test_models_and_answers_are_found(settings: Any, ending: str, base: str) -> None:
    query = query_of(f"http://s{ending}")
    list_path, chat_path = f"{base}/models{query}", f"{base}/chat/completions{query}"
    async with replay({list_path: LIST, chat_path: ANSWER}) as told:
        settings.LLM_BASE_URL = f"  {told.url}{ending}"
        catalogue = await detect_models(fresh=True)
        assert [model.name for model in catalogue.models] == ["m1"]
        provider = await provider_at(catalogue.models[0].server)
        assert text_of(await answer(provider, asking(model_name="m1"))) == "Hello there. I"
    assert all(path.endswith(query) for _, path, *_ in told.requests)


async def test_what_was_given_is_asked_before_anything_else_of_the_protocol(settings: Any) -> None:
    async with replay({"/api/v1/models": LIST, "/v1/models": PAGE}) as told:
        settings.LLM_BASE_URL = f"{told.url}/api/v1"
        await detect_models(fresh=True)
    assert next(path for _, path, *_ in told.requests if "models" in path) == "/api/v1/models"


async def test_a_page_at_the_first_place_is_no_end(settings: Any) -> None:
    async with replay({"/x/models": PAGE, "/x/v1/models": LIST}) as told:
        settings.LLM_BASE_URL = f"{told.url}/x"
        assert (await detect_models(fresh=True)).models


async def test_a_key_ends_the_search(settings: Any) -> None:
    refused = Canned(b'{"error":{"message":"Incorrect API key provided"}}', 401)
    async with replay({"/api/v1/models": refused, "/v1/models": LIST}) as told:
        settings.LLM_BASE_URL = f"{told.url}/api/v1"
        (error,) = (await detect_models(fresh=True)).errors
    assert type(error) is AuthenticationFailed


async def test_a_key_that_is_refused_with_400_is_a_key_too(settings: Any) -> None:
    body = b'[{"error":{"code":400,"message":"API key not valid. Please pass a valid API key."}}]'
    async with replay({"/v1beta/openai/models": Canned(body, 400)}) as told:
        settings.LLM_BASE_URL = f"{told.url}/v1beta/openai"
        (error,) = (await detect_models(fresh=True)).errors
    assert type(error) is AuthenticationFailed


@pytest.mark.parametrize("key", ["s3cret\n", " s3cret", "s3cret\r\n"])
async def test_a_key_is_trimmed(settings: Any, key: str) -> None:
    async with replay({"/v1/models": LIST}) as told:
        settings.LLM_BASE_URL, settings.LLM_API_KEY = told.url, key
        assert (await detect_models(fresh=True)).models
    assert {headers["authorization"] for *_, headers, _ in told.requests} == {"Bearer s3cret"}


async def test_azure_gets_the_key_under_its_own_name_too(settings: Any) -> None:
    async with replay({"/d/m1/models?api-version=1": LIST}) as told:
        settings.LLM_BASE_URL = f"{told.url}/d/m1?api-version=1"
        settings.LLM_API_KEY = "s3cret"
        assert (await detect_models(fresh=True)).models
    assert told.requests[-1][2]["api-key"] == "s3cret"


async def test_a_redirection_is_told_and_not_followed(settings: Any) -> None:
    async with replay({}) as elsewhere, replay({}, redirect=f"{elsewhere.url}/v1/models") as told:
        settings.LLM_BASE_URL, settings.LLM_API_KEY = told.url, "s3cret"
        (error,) = (await detect_models(fresh=True)).errors
    assert type(error) is ServerMoved
    assert f"{elsewhere.url}," in str(error)
    assert elsewhere.requests == []


@pytest.mark.parametrize("status", [404, 405, 401, 403, 500])
async def test_a_server_without_a_list_offers_what_is_named(settings: Any, status: int) -> None:
    nothing = Canned(b'{"error":"nothing here"}', status)
    answers = {"/v1/models": nothing, "/v1/chat/completions": ANSWER}
    async with replay(answers) as told:
        settings.LLM_BASE_URL, settings.LLM_MODELS = f"{told.url}/v1", ["m1", "m2"]
        catalogue = await detect_models(fresh=True)
        assert [model.name for model in catalogue.models] == ["m1", "m2"]
        provider = await provider_at(told.url)
        assert text_of(await answer(provider, asking(model_name="m2"))) == "Hello there. I"
        settings.LLM_MODELS = []
        (error,) = (await detect_models(fresh=True)).errors
    if status in (404, 405):
        assert type(error) is NotAModelServer
        assert "LLM_MODELS" in str(error)


async def test_a_list_that_never_comes_is_none(settings: Any) -> None:
    settings.LLM_DETECT_SECONDS = 1.3
    answers = {"/v1/models": Canned(silent=True), "/v1/chat/completions": ANSWER}
    async with replay(answers) as told:
        settings.LLM_BASE_URL, settings.LLM_MODELS = told.url, ["m1"]
        catalogue = await detect_models(fresh=True, patient=True)
        assert [model.name for model in catalogue.models] == ["m1"]
        provider = await provider_at(told.url)
        assert text_of(await answer(provider, asking(model_name="m1"))) == "Hello there. I"


async def test_of_a_list_only_the_named_are_offered(settings: Any) -> None:
    listed = json.dumps({"data": [{"id": n, "context_length": 8192} for n in "abc"]}).encode()
    async with replay({"/v1/models": Canned(listed)}) as told:
        settings.LLM_BASE_URL, settings.LLM_MODELS = told.url, ["c", "new"]
        models = (await detect_models(fresh=True)).models
    assert [(model.name, model.context_length) for model in models] == [("c", 8192), ("new", None)]


@pytest.mark.parametrize(
    ("configured", "root"),
    [
        ("http://h/v1/chat/completions", "http://h"),
        ("h:1234/v1\n", "http://h:1234"),
        ("[::1]:1234", "http://[::1]:1234"),
        ("::1", "http://[::1]"),
        ("https://h/openai/deployments/x?api-version=1&key=t", "https://h/openai/deployments/x"),
        ("http://h/api/tags", "http://h"),
    ],
)
def test_more_roots(configured: str, root: str) -> None:
    assert base_url(configured) == root
    assert hide_password(configured) == root


def test_a_version_wants_no_other_version_behind_it() -> None:
    given = "https://h/api/paas/v4"
    assert openai_bases(given)[0] == given
    assert openai_bases("https://h/openai/v1") == ["https://h/openai/v1"]


@pytest.mark.parametrize(
    ("url", "is_here"),
    [
        ("http://localhost:1", True),
        ("http://127.0.0.2", True),
        ("http://[::1]:1", True),
        ("http://me.localhost", True),
        ("http://192.168.0.2", False),
        ("https://example.org", False),
        ("http://[", False),
    ],
)
def test_what_is_on_this_machine(url: str, is_here: bool) -> None:
    assert is_loopback(url) is is_here
