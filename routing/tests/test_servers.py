"""Which servers answer, and what the others are said to be."""

import asyncio
from typing import Any

import pytest

from routing.errors import (
    AuthenticationFailed,
    NotAModelServer,
    ServerFailed,
    ServerRefused,
    ServerStarting,
    ServerUnreachable,
)
from routing.llm import servers
from routing.llm.echo import EchoProvider
from routing.llm.ollama import OllamaProvider
from routing.llm.openai_compatible import OpenAICompatibleProvider
from routing.llm.servers import detect_models, known_models, provider_at
from routing.tests.helpers import answer, asking, text_of
from routing.tests.replay import Canned, replay, transcript
from tests.fakes.model_server import running

NOBODY = "http://127.0.0.1:9"


@pytest.mark.parametrize("ending", ["", "/", "/v1", "/v1/", "/api", "/api//"])
async def test_the_address_may_end_in_many_ways(settings: Any, ending: str) -> None:
    async with running() as (url, _):
        settings.LLM_BASE_URL = url + ending
        assert (await detect_models()).models[0].server == url
        assert isinstance(await provider_at(url), OllamaProvider)


async def test_a_server_that_is_not_ollama_is_asked_as_openai(settings: Any) -> None:
    async with running("openai") as (url, _):
        settings.LLM_BASE_URL = f"{url}/v1"
        provider = await provider_at(url)
        assert isinstance(provider, OpenAICompatibleProvider)
        assert text_of(await answer(provider, asking("Hi", model_name="fast:1b"))) == "Hi"


async def test_main_and_demo_are_offered_together(settings: Any) -> None:
    async with running() as (main, _), running("openai") as (demo, _):
        settings.LLM_BASE_URL, settings.DEMO_MODEL_URL = main, demo
        catalogue = await detect_models()
    assert {model.is_demo for model in catalogue.models if model.server == demo} == {True}
    assert {model.is_demo for model in catalogue.models if model.server == main} == {False}
    found = catalogue.find("fast:1b"), catalogue.find("fast:1b", demo)
    assert [model.server for model in found if model] == [main, demo]


async def test_an_unreachable_main_server_beside_a_demo_is_an_entry(settings: Any) -> None:
    async with running("openai") as (demo, _):
        settings.LLM_BASE_URL, settings.DEMO_MODEL_URL = NOBODY, demo
        catalogue = await detect_models()
    assert [type(error) for error in catalogue.errors] == [ServerUnreachable]
    assert catalogue.errors[0].context["server"] == NOBODY
    assert catalogue.default
    assert catalogue.default.is_demo


async def test_nobody_at_all_is_an_empty_catalogue_with_a_reason(settings: Any) -> None:
    settings.LLM_BASE_URL = NOBODY
    catalogue = await detect_models()
    assert (catalogue.models, catalogue.default) == ((), None)
    with pytest.raises(ServerUnreachable):
        await provider_at(NOBODY)


async def test_a_server_that_is_not_configured_is_never_replaced_by_another(settings: Any) -> None:
    async with running() as (url, _):
        settings.LLM_BASE_URL = url
        with pytest.raises(ServerUnreachable):
            await provider_at("http://127.0.0.1:1")


@pytest.mark.parametrize(
    ("canned", "kind"),
    [
        (Canned(b"<html>a web page</html>", 200, "text/html"), NotAModelServer),
        (Canned(b"404 page not found", 404, "text/plain"), NotAModelServer),
        (Canned(b"{}", 500), ServerFailed),
        (transcript("77"), ServerRefused),
        (Canned(b'{"error":"unauthorized"}', 401), AuthenticationFailed),
        (Canned(b'{"error":{"message":"Loading model"}}', 503), ServerStarting),
    ],
)
async def test_what_answers_but_is_no_model_server(
    settings: Any, canned: Canned, kind: type[Exception]
) -> None:
    async with replay({"/api/tags": canned, "/v1/models": canned}) as told:
        settings.LLM_BASE_URL = told.url
        (error,) = (await detect_models()).errors
    assert type(error) is kind


async def test_a_silent_server_is_given_up_soon(settings: Any) -> None:
    settings.LLM_DETECT_SECONDS = 0.1
    async with replay({"/api/tags": Canned(silent=True)}) as told:
        settings.LLM_BASE_URL = told.url
        (error,) = (await detect_models()).errors
    assert type(error) is ServerUnreachable


async def test_many_askers_share_one_question_and_its_answer(settings: Any) -> None:
    async with replay({"/api/tags": transcript("09")}) as told:
        settings.LLM_BASE_URL = told.url
        await asyncio.gather(*(detect_models() for _ in range(20)))
        await detect_models()
        assert [path for _, path, *_ in told.requests].count("/api/tags") == 1
        await detect_models(fresh=True)
        assert [path for _, path, *_ in told.requests].count("/api/tags") == 2


async def test_an_asker_who_goes_away_takes_nothing_from_the_others(settings: Any) -> None:
    async with running() as (url, _):
        settings.LLM_BASE_URL = url
        first, second = (asyncio.create_task(detect_models()) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        assert (await second).models


async def test_a_server_that_comes_back_is_found_at_once(settings: Any) -> None:
    async with running() as (url, _):
        settings.LLM_BASE_URL = url
        port = int(url.rpartition(":")[2])
    assert (await detect_models()).errors
    async with running(port=port):
        assert await provider_at(url)


async def test_who_asks_a_model_does_not_wait_for_a_look_at_the_servers(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with replay({"/api/tags": transcript("09")}) as told:
        settings.LLM_BASE_URL = told.url
        seen = await known_models()
        monkeypatch.setattr(servers, "CACHE_SECONDS", 0.0)
        assert await known_models() is seen
        assert await provider_at(told.url)
        assert [path for _, path, *_ in told.requests].count("/api/tags") == 1
        await detect_models()  # waits for the look that has begun meanwhile
        assert [path for _, path, *_ in told.requests].count("/api/tags") == 2


async def test_the_default_is_the_configured_one(settings: Any) -> None:
    async with running() as (url, _):
        settings.LLM_BASE_URL, settings.LLM_DEFAULT_MODEL = url, "slow:1b"
        catalogue = await detect_models()
    assert catalogue.default == catalogue.find("slow:1b")


async def test_the_default_is_the_first_that_can_chat(settings: Any) -> None:
    body = b'{"models":[{"name":"nomic-embed-text:latest"},{"name":"llama3.2:latest"}]}'
    async with replay({"/api/tags": Canned(body)}) as told:
        settings.LLM_BASE_URL, settings.LLM_DEFAULT_MODEL = told.url, "not-there"
        catalogue = await detect_models()
    assert catalogue.default == catalogue.find("llama3.2")


async def test_only_the_main_server_gets_the_key(settings: Any) -> None:
    models = {"/api/tags": transcript("09")}
    async with replay(models) as main, replay(models) as demo:
        settings.LLM_BASE_URL, settings.DEMO_MODEL_URL = main.url, demo.url
        settings.LLM_API_KEY = "s3cret"
        await detect_models()
    assert {headers.get("authorization") for *_, headers, _ in main.requests} == {"Bearer s3cret"}
    assert {headers.get("authorization") for *_, headers, _ in demo.requests} == {None}


async def test_echo_alone_is_offered_where_it_is_configured(settings: Any) -> None:
    settings.LLM_BASE_URL, settings.DEMO_MODEL_URL = "echo:", NOBODY
    catalogue = await detect_models()
    assert [(model.name, model.server) for model in catalogue.models] == [("echo", "echo:")]
    assert isinstance(await provider_at("echo:"), EchoProvider)


async def test_a_server_that_is_slow_for_a_moment_is_not_gone(settings) -> None:
    async with running() as (url, _):
        settings.LLM_BASE_URL = url
        seen = await detect_models(fresh=True)
        settings.LLM_DETECT_SECONDS = 0.0
        again = await detect_models(fresh=True)
        assert again.models == seen.models
        assert not again.errors
        assert await provider_at(url)


async def test_one_that_stays_slow_is(settings, monkeypatch) -> None:
    async with running() as (url, _):
        settings.LLM_BASE_URL = url
        await detect_models(fresh=True)
        settings.LLM_DETECT_SECONDS = 0.0
        monkeypatch.setattr(servers, "SLOW_SECONDS", -1.0)
        assert (await detect_models(fresh=True)).errors
