"""What is known of Ollama's models, from recorded lists."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from routing.errors import NotAModelServer
from routing.llm import ollama
from routing.llm.ollama import OllamaProvider
from routing.llm.ollama_models import gpu_share_of, moment
from routing.tests.replay import Canned, replay, transcript
from tests.fakes.model_server import running


def tags(*entries: dict[str, Any]) -> Canned:
    return Canned(json.dumps({"models": entries}).encode())


async def test_capabilities_come_from_show_because_the_list_is_incomplete() -> None:
    answers = {"/api/tags": transcript("09"), "/api/show": transcript("11")}
    async with replay(answers) as told:
        model = await OllamaProvider(told.url).describe_model("qwen2.5-coder:0.5b")
    assert b'"capabilities":["completion"]' in transcript("09").body
    assert model.capabilities == frozenset({"completion", "tools"})
    assert (model.family, model.parameter_size, model.quantization) == (
        "qwen2",
        "630.17M",
        "Q4_K_M",
    )
    assert (model.context_length, model.size_bytes) == (32768, 491400218)


async def test_show_is_asked_once_for_each_digest() -> None:
    answers = {"/api/tags": transcript("09"), "/api/show": transcript("11")}
    async with replay(answers) as told:
        provider = OllamaProvider(told.url)
        await provider.list_models()
        await provider.list_models()
    assert [path for _, path, *_ in told.requests].count("/api/show") == 2


async def test_what_is_loaded_and_how_large_its_window_is() -> None:
    answers = {"/api/tags": transcript("09"), "/api/ps": transcript("14")}
    async with replay(answers) as told:
        other, model = await OllamaProvider(told.url).list_models()
    assert (model.loaded, model.loaded_context_length) == (True, 2048)
    assert (other.loaded, other.loaded_context_length) == (False, None)


@pytest.mark.parametrize(
    ("memory", "share"),
    [
        ({"size": 1000, "size_vram": 250}, 0.25),
        ({"size": 1000, "size_vram": 1000}, 1.0),
        ({"size": 1000, "size_vram": 0}, 0.0),
        ({"size": 1000, "size_vram": 1001}, 1.0),
        ({"size": 1000}, None),
        ({"size": 0, "size_vram": 0}, None),
    ],
)
async def test_how_much_of_it_the_graphics_card_holds(memory, share) -> None:
    entry = {"name": "m:1b"}
    async with replay({"/api/tags": tags(entry), "/api/ps": tags(entry | memory)}) as told:
        assert (await OllamaProvider(told.url).describe_model("m:1b")).gpu_share == share


async def test_a_model_that_is_not_loaded_is_on_no_card() -> None:
    async with replay({"/api/tags": transcript("09"), "/api/ps": transcript("14")}) as told:
        other, model = await OllamaProvider(told.url).list_models()
    assert (other.gpu_share, model.gpu_share) == (None, 0.0)


async def test_a_name_without_a_tag_means_latest() -> None:
    entry = {"name": "llama3.2:latest"}
    async with replay({"/api/tags": tags(entry), "/api/ps": tags(entry)}) as told:
        provider = OllamaProvider(told.url)
        assert (await provider.describe_model("llama3.2")).name == "llama3.2:latest"
        assert await provider.is_loaded("llama3.2") is True


async def test_an_older_server_leaves_fields_out() -> None:
    details = {"families": None, "family": ""}
    async with replay({"/api/tags": tags({"name": "old:1b", "details": details})}) as told:
        (model,) = await OllamaProvider(told.url).list_models()
    assert (model.capabilities, model.context_length, model.loaded) == (None, None, None)


async def test_an_empty_list() -> None:
    async with replay({"/api/tags": transcript("03")}) as told:
        assert await OllamaProvider(told.url).list_models() == []


@pytest.mark.parametrize(
    "entry",
    [
        {"name": "a:1b", "remote_host": "https://ollama.com"},
        {"name": "a:cloud"},
        {"name": "a:1b-cloud"},
    ],
)
async def test_cloud_models_leave_the_machine(entry: dict[str, Any]) -> None:
    async with replay({"/api/tags": tags(entry, {"name": "b:1b"})}) as told:
        away, here = await OllamaProvider(told.url).list_models()
    assert (away.leaves_machine, here.leaves_machine) == (True, False)


async def test_a_cloud_model_is_neither_loaded_nor_not() -> None:
    async with running() as (url, _):
        assert await OllamaProvider(url).is_loaded("cloud:1b-cloud") is None


async def test_a_model_that_vanishes_between_list_and_show_is_no_trouble() -> None:
    async with running() as (url, _):
        names = [model.name for model in await OllamaProvider(url).list_models()]
    assert "gone:1b" in names


async def test_a_slow_show_does_not_hold_the_list_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ollama, "SHOW_SECONDS", 0.1)
    answers = {"/api/tags": transcript("09"), "/api/show": Canned(silent=True)}
    async with replay(answers) as told:
        first, _ = await OllamaProvider(told.url).list_models()
    assert first.capabilities == frozenset({"completion"})


async def test_a_list_with_openais_list_beside_it_is_not_ollamas() -> None:
    body = b'{"models":[{"name":"m"}],"object":"list","data":[{"id":"m"}]}'
    async with replay({"/api/tags": Canned(body)}) as told:
        with pytest.raises(NotAModelServer):
            await OllamaProvider(told.url).list_models()


async def test_where_a_model_is_loaded_and_until_when() -> None:
    answers = {"/api/tags": transcript("09"), "/api/ps": transcript("38b")}
    async with replay(answers) as told:
        qwen, smollm = await OllamaProvider(told.url).list_models()
    assert (qwen.gpu_share, smollm.gpu_share) == (0.0, 0.0)
    assert qwen.expires_at == datetime(2026, 11, 22, 10, 26, 20, 313363, tzinfo=UTC)
    assert smollm.expires_at is not None
    assert smollm.expires_at.year == 2319


@pytest.mark.parametrize(
    ("entry", "share"),
    [
        ({"size": 100, "size_vram": 40}, 0.4),
        ({"size": 100, "size_vram": 120}, 1.0),
        ({"size": 0, "size_vram": 0}, None),
        ({"size": 100}, None),
        ({}, None),
    ],
)
def test_the_share_of_the_gpu(entry: dict[str, Any], share: float | None) -> None:
    assert gpu_share_of(entry) == share


@pytest.mark.parametrize("text", ["", "soon", "0001-99-99"])
def test_a_time_that_is_none_is_not_known(text: str) -> None:
    assert moment(text) is None
