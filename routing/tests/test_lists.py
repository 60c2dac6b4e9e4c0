"""Lists of models in many servers' shapes: names, windows, and what is no chat."""

import json
from pathlib import Path
from typing import Any

import pytest

from routing.llm.catalogue import can_chat, choose_default
from routing.llm.kinds import is_for_chats
from routing.llm.model_list import model_of, read_list
from routing.llm.openai_compatible import OpenAICompatibleProvider
from routing.llm.servers import detect_models
from routing.tests.replay import Canned, replay
from routing.types import ModelInfo

LISTS = Path(__file__).parent / "wire" / "lists"


def names(body: bytes) -> list[str] | None:
    entries = read_list(body)
    return None if entries is None else [str(entry["id"]) for entry in entries]


def models(*entries: dict[str, Any]) -> list[ModelInfo]:
    read = read_list(json.dumps({"data": entries}).encode())
    assert read is not None
    return [model_of(entry, "http://s") for entry in read]


async def offered(settings: Any, body: bytes, **others: Canned) -> tuple[ModelInfo, ...]:
    async with replay({"/v1/models": Canned(body), **others}) as told:
        settings.LLM_BASE_URL = told.url
        return (await detect_models(fresh=True)).models


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ((LISTS / "array.json").read_bytes(), ["m1", "m2"]),
        ((LISTS / "models-key.json").read_bytes(), ["m1"]),
        ((LISTS / "name-for-id.json").read_bytes(), ["m1"]),
        (b'["m1","m2"]', ["m1", "m2"]),
        (b'{"data":["m1"]}', ["m1"]),
        (b'{"models":[{"name":"m1"},{"model":"m2"}]}', ["m1", "m2"]),
        (b'{"models":[{"key":"m1","type":"llm"}]}', ["m1"]),
        (b'{"models":{"m1":{"context_length":9},"m2":{}}}', ["m1", "m2"]),
        (b'{"data":{"models":[{"id":"m1"}]}}', ["m1"]),
        (b'{"success":true,"result":[{"id":"u","name":"m"}]}', ["u"]),
        (b'\xef\xbb\xbf{"data":[{"id":"m1"}]}', ["m1"]),
        (
            b'{"data":[{"id":"m1"},{"object":"model"},{"id":""},{"id":null},null,7,{"id":5}]}',
            ["m1"],
        ),
        (b'{"data":[{"id":" m1 "},{"id":"m1"},{"id":"  "}]}', ["m1"]),
        (b'{"object":"list","data":null}', []),
        (b'{"data":[]}', []),
        (b"[]", []),
        (b'{"error":"Unexpected endpoint or method. (GET /v1/models)"}', None),
        (b"<html></html>", None),
        (b"{}", None),
        (b"", None),
        (b"null", None),
        (b'"m1"', None),
        (b'{"models":5}', None),
    ],
)
def test_a_list_has_many_shapes(body: bytes, found: list[str] | None) -> None:
    assert names(body) == found


@pytest.mark.parametrize("name", ["array", "models-key", "name-for-id"])
async def test_each_list_is_offered(settings: Any, name: str) -> None:
    body = (LISTS / f"{name}.json").read_bytes()
    found = await offered(settings, body)
    assert [model.name for model in found] == names(body)


async def test_a_list_at_every_path_is_no_ollama_without_names(settings: Any) -> None:
    listed = Canned(b'{"models":[{"id":"m1"}]}')
    found = await offered(settings, listed.body, **{"/api/tags": listed})
    assert [model.name for model in found] == ["m1"]


@pytest.mark.parametrize(
    ("entry", "trained", "loaded"),
    [
        ({"max_context_length": 9, "loaded_context_length": 8, "state": "loaded"}, 9, 8),
        ({"max_context_length": 32768, "state": "not-loaded"}, 32768, None),
        ({"max_context_length": 32768, "loaded_instances": [{"config": {"context_length": 4096}}],
          "state": "loaded"}, 32768, 4096),
        ({"max_context_length": 32768, "loaded_instances": []}, 32768, None),
        ({"context_length": 131072}, 131072, 131072),
        ({"context_window": 131072}, 131072, 131072),
        ({"max_model_len": 40960}, 40960, 40960),
        ({"max_context_length": 32768}, 32768, 32768),
        ({"meta": {"n_ctx": 4096, "n_ctx_train": 8192}}, 8192, 4096),
        ({"top_provider": {"context_length": 9000}}, 9000, 9000),
        ({"context_length": None, "max_input_tokens": 1000}, 1000, 1000),
        ({"context_length": 0}, None, None),
        ({"context_length": "8k"}, None, None),
        ({}, None, None),
    ],
)  # fmt: skip
def test_windows_stand_under_many_names(
    entry: dict[str, Any], trained: int | None, loaded: int | None
) -> None:
    (model,) = models({"id": "m", **entry})
    assert (model.context_length, model.loaded_context_length) == (trained, loaded)


async def test_windows_of_one_list(settings: Any) -> None:
    found = await offered(settings, (LISTS / "windows.json").read_bytes())
    windows = {model.name: model.loaded_context_length for model in found}
    assert windows == {"lm": 8192, "or": 131072, "groq": 131072}


async def test_lm_studio_tells_its_windows_in_another_list() -> None:
    listed = b'{"data":[{"id":"m1","object":"model","owned_by":"organization_owner"}]}'
    own = b"""{"data":[{"id":"m1","type":"llm","arch":"qwen2","quantization":"Q4_K_M",
        "state":"loaded","max_context_length":32768,"loaded_context_length":4096}]}"""
    async with replay({"/v1/models": Canned(listed), "/api/v0/models": Canned(own)}) as told:
        (model,) = await OpenAICompatibleProvider(f"{told.url}/v1").list_models()
    assert (model.context_length, model.loaded_context_length, model.loaded) == (32768, 4096, True)
    assert (model.family, model.quantization) == ("qwen2", "Q4_K_M")


async def test_what_tells_windows_is_not_asked_for_another_list() -> None:
    listed = Canned(b'{"data":[{"id":"m1","max_model_len":4096}]}')
    async with replay({"/v1/models": listed}) as told:
        await OpenAICompatibleProvider(told.url).list_models()
    assert [path for _, path, *_ in told.requests] == ["/v1/models"]


async def test_speech_and_images_are_no_chats_and_never_the_default(settings: Any) -> None:
    found = await offered(settings, (LISTS / "non-chat.json").read_bytes())
    chats = [model.name for model in found if can_chat(model)]
    assert chats == ["Robert-8B", "albert-light", "gpt-4o"]
    default = choose_default(found, "")
    assert default
    assert default.name == "Robert-8B"


@pytest.mark.parametrize(
    "name",
    [
        *(
            "gpt-4o",
            "gpt-4o-audio-preview",
            "Robert-8B",
            "albert-light",
            "Norbert-7b",
            "llama3.2:1b",
        ),
        *("qwen2.5-vl", "mistral-embedded-coder"[:12], "google/gemma-3-12b-it:free", "deepseek-r1"),
        *("models/gemini-2.5-flash", "hermes-4", "o4-mini", "command-r", "smollm2:135m", "phi-4"),
        *("openai/gpt-oss-20b", "claude-sonnet-5", "grok-4", "kimi-k2", "glm-4.6", "stable-code"),
        *("dolphin-mixtral", "ttsuki-7b", "fluxion-3b", "sonar", "e5x-chat", "voxtral-mini"),
        *("image-captioner-vl", "qwen3-omni", "clippy-7b", "sdk-helper", "piperoni", "guardian-8b"),
    ],
)
def test_these_names_are_chats(name: str) -> None:
    assert is_for_chats(name)


@pytest.mark.parametrize(
    "name",
    [
        *("whisper-1", "whisper-large-v3-turbo", "tts-1", "tts-1-hd", "gpt-4o-mini-tts", "kokoro"),
        *("gpt-4o-transcribe", "distil-whisper-large", "dall-e-3", "gpt-image-1", "FLUX.1-schnell"),
        *("stable-diffusion-3.5", "sdxl-turbo", "sora-2", "imagen-4", "bge-m3", "BAAI/bge-large"),
        *("gte-large", "gte-Qwen2-7B", "e5-mistral", "multilingual-e5-large", "jina-reranker-v2"),
        *(
            "Qwen3-Reranker-0.6B",
            "text-embedding-3-large",
            "nomic-embed-text:latest",
            "mxbai-embed",
        ),
        *("embeddinggemma:300m", "snowflake-arctic-embed2", "all-minilm:22m", "jina-embeddings-v3"),
        *("omni-moderation-latest", "llama-guard3:8b", "bert-base", "xlm-roberta", "nomic-bert"),
        *("gpt-4o-realtime-preview", "babbage-002", "davinci-002", "playai-tts", "parakeet-tdt"),
        *("stablediffusion", "silero-vad", "OuteTTS-0.2", "melotts", "wan2.1-t2v-14b"),
        *("speech-02-hd", "skywork-reward-8b", "all-mpnet-base-v2", "stable-audio-open", "lyria-2"),
    ],
)
def test_these_names_are_no_chats(name: str) -> None:
    assert not is_for_chats(name)


@pytest.mark.parametrize(
    ("entry", "chats"),
    [
        ({"id": "whisper-of-the-wind", "type": "llm"}, True),
        ({"id": "m", "type": "embeddings"}, False),
        ({"id": "m", "type": "vlm"}, True),
        ({"id": "m", "type": "rerank"}, False),
        ({"id": "m", "type": "image"}, False),
        ({"id": "m", "type": "moderation"}, False),
        ({"id": "m", "type": "audio"}, False),
        ({"id": "m", "type": "model"}, True),
        ({"id": "m", "task": {"name": "Text Generation"}}, True),
        ({"id": "m", "task": {"name": "Automatic Speech Recognition"}}, False),
        ({"id": "m", "pipeline_tag": "image-text-to-text"}, True),
        ({"id": "m", "pipeline_tag": "feature-extraction"}, False),
        ({"id": "m", "mode": "embedding"}, False),
        ({"id": "m", "architecture": {"output_modalities": ["image"]}}, False),
        ({"id": "m", "architecture": {"output_modalities": ["text", "image"]}}, True),
        ({"id": "m", "capabilities": {"completion_chat": True, "vision": False}}, True),
        ({"id": "m", "capabilities": {"completion_chat": False, "embeddings": True}}, False),
        ({"id": "m", "capabilities": {"completion_chat": False, "ocr": True}}, False),
        ({"id": "m", "capabilities": ["embeddings"]}, False),
        ({"id": "bge-chat", "capabilities": ["chat", "image"]}, True),
        ({"id": "m", "capabilities": ["tool_use"]}, True),
        ({"id": "m", "endpoints": ["embed", "classify"]}, False),
        ({"id": "m", "endpoints": ["chat", "generate"]}, True),
        ({"id": "m", "labels": ["reranking"]}, False),
        ({"id": "m", "labels": ["vision", "reasoning"]}, True),
        ({"id": "m", "supports_chat": False}, False),
    ],
)
def test_a_servers_word_goes_before_the_name(entry: dict[str, Any], chats: bool) -> None:
    (model,) = models(entry)
    assert can_chat(model) is chats


def test_openrouter_tells_what_a_model_can() -> None:
    told = {"architecture": {"input_modalities": ["text", "image"], "output_modalities": ["text"]}}
    (model,) = models({"id": "m", **told, "supported_parameters": ["tools", "max_tokens"]})
    assert model.capabilities == {"completion", "tools", "vision"}


def test_a_person_may_choose_what_only_its_name_speaks_against() -> None:
    bark, m1 = ModelInfo("bark", "s"), ModelInfo("m1", "s")
    assert choose_default([m1, bark], "bark") == bark
    drawn = ModelInfo("bark", "s", chats=False)
    assert choose_default([drawn, m1], "bark") == m1
