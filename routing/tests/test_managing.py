"""Orders to a model server: the requests they are, and what becomes of their failures."""

import asyncio
import contextlib
import json

import pytest

from routing.errors import CannotManage, ModelNotFound, PullFailed, RoutingError
from routing.llm import servers
from routing.llm.ollama import OllamaProvider
from routing.llm.servers import manager_at
from routing.managing import PullProgress
from routing.tests.helpers import asking
from routing.tests.replay import Canned, replay, transcript
from tests.fakes.model_server import running


async def pulled(url: str, name: str) -> list[PullProgress]:
    return [step async for step in OllamaProvider(url).manager.pull(name)]


def body_of(told, path: str):
    return json.loads(next(body for _, p, _, body in told.requests if p == path))


async def test_loading_is_an_answer_without_messages_and_else_the_same() -> None:
    """Other options would make Ollama load the model again for the first answer."""
    async with replay({"/api/chat": [transcript("39"), transcript("12")]}) as told:
        provider = OllamaProvider(told.url)
        await provider.manager.load("smollm2:135m")
        async with contextlib.aclosing(provider.chat(asking())) as events:
            _ = [event async for event in events]
    load, chat = (json.loads(body) for *_, body in told.requests)
    assert load.pop("messages") == []
    assert chat.pop("messages") != []
    assert load == chat


async def test_unloading_says_how_long_to_keep_it() -> None:
    async with replay({"/api/chat": transcript("40")}) as told:
        await OllamaProvider(told.url).manager.unload("smollm2:135m")
    assert body_of(told, "/api/chat") == {"model": "smollm2:135m", "messages": [], "keep_alive": 0}


async def test_deleting() -> None:
    async with replay({"/api/delete": transcript("80")}) as told:
        await OllamaProvider(told.url).manager.delete("tmpcopy:1")
    assert (told.requests[0][0], body_of(told, "/api/delete")["model"]) == ("DELETE", "tmpcopy:1")


async def test_deleting_what_is_not_there_says_so() -> None:
    async with replay({"/api/delete": transcript("80b")}) as told:
        with pytest.raises(ModelNotFound, match="tmpcopy:1 is not installed"):
            await OllamaProvider(told.url).manager.delete("tmpcopy:1")


async def test_a_pull_adds_its_files_up() -> None:
    async with running() as (url, fake):
        fake.pull_pause = 0
        steps = await pulled(url, "fetched:1b")
        names = [model.name for model in await OllamaProvider(url).list_models()]
    assert steps[0] == PullProgress("pulling manifest", 0, None)
    assert max(step.completed_bytes for step in steps) == 1_000_001_000
    assert steps[-1].total_bytes == 1_000_001_000
    assert "fetched:1b" in names


async def test_without_the_internet_a_pull_fails_within_its_stream() -> None:
    async with replay({"/api/pull": transcript("66_pull_offline")}) as told:
        with pytest.raises(PullFailed, match="cannot reach the internet") as raised:
            await pulled(told.url, "smollm2:360m")
    assert raised.value.context["reason"] == "offline"


async def test_or_before_it_begins() -> None:
    async with replay({"/api/pull": transcript("66b")}) as told:
        with pytest.raises(PullFailed, match="cannot reach the internet"):
            await pulled(told.url, "smollm2:360m")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("unknown:1b", "no model of this name"),
        ("full:1b", "disk is full"),
        ("breaks:1b", "another try goes on"),
    ],
)
async def test_each_failure_says_what_to_do(name: str, sentence: str) -> None:
    async with running() as (url, fake):
        fake.pull_pause = 0
        with pytest.raises(PullFailed, match=sentence):
            await pulled(url, name)


async def test_another_error_in_mid_stream_is_told_in_the_servers_words() -> None:
    async with replay({"/api/pull": transcript("07a_create_midstream_error")}) as told:
        with pytest.raises(PullFailed, match="The server says: failed to validate GGUF"):
            await pulled(told.url, "smollm2:135m")


@pytest.mark.parametrize("body", [b"not json\n", b'{"status": 5}\n', b'{"digest": "x"}\n', b""])
async def test_a_strange_stream_is_an_error_of_ours(body: bytes) -> None:
    async with replay({"/api/pull": Canned(body)}) as told:
        with pytest.raises(RoutingError):
            await pulled(told.url, "m:1b")


async def test_leaving_a_pull_makes_the_server_stop() -> None:
    async with running() as (url, fake):
        steps = OllamaProvider(url).manager.pull("forever:1b")
        async with contextlib.aclosing(steps) as following:
            await anext(following)
        async with asyncio.timeout(30):
            while fake.seen[0].disconnected_at is None:
                await asyncio.sleep(0.01)


async def test_a_server_of_the_other_protocol_takes_no_orders(settings, monkeypatch) -> None:
    monkeypatch.setattr(servers, "_latest", None)
    async with running("openai") as (url, _):
        settings.LLM_BASE_URL = url
        assert (await servers.detect_models(fresh=True)).manageable == frozenset()
        with pytest.raises(CannotManage):
            await manager_at(url)


async def test_an_ollama_does(settings, monkeypatch) -> None:
    monkeypatch.setattr(servers, "_latest", None)
    async with running() as (url, _):
        settings.LLM_BASE_URL = url
        catalogue = await servers.detect_models(fresh=True)
        assert catalogue.servers == (url,)
        assert catalogue.manageable == {url}
        assert await manager_at(url)
