"""Recorded streams of real servers, through provider, runner and rows: to the unit."""

import pytest
from asgiref.sync import sync_to_async

from conversations.answering import source as answering
from conversations.tests.rows import conversation_of
from conversations.tests.talking import talk
from metrics.models import ChatMetric
from routing.llm.ollama import OllamaProvider
from routing.llm.openai_compatible import OpenAICompatibleProvider
from routing.tests.replay import replay, transcript
from routing.types import ModelInfo

pytestmark = pytest.mark.django_db(transaction=True)

OLLAMA = {
    "12": ("length", 25, 24, 586.10559, 99.853, 296.297),
    "17": ("length", 12, 3, 1.545706, 13.761, 27.386),
    "54": ("stop", 27, 3, 86.097127, 221.394, 125.031),
    "57": ("stop", 63, 9, 7.553088, 2584.632, 8404.031999),
}


async def metric_of(alice, monkeypatch, provider, path: str, name: str) -> ChatMetric:
    async with replay({path: transcript(name)}) as told:
        served = provider(told.url)

        async def choose(model_name: str, server: str) -> ModelInfo:
            return ModelInfo("recorded:1b", served.server, digest="d1", gpu_share=0.5)

        async def provider_at(server: str):
            return served

        monkeypatch.setattr(answering, "choose_model", choose)
        monkeypatch.setattr(answering, "provider_at", provider_at)
        conversation = await sync_to_async(conversation_of)(alice)
        generation = await talk(alice, "Hi", conversation, model_name="recorded:1b")
    return await ChatMetric.objects.aget(generation_id=generation.id)


@pytest.mark.parametrize("name", OLLAMA)
async def test_ollamas_numbers(alice, monkeypatch, name) -> None:
    reason, read, written, load, prompt, generation = OLLAMA[name]
    metric = await metric_of(alice, monkeypatch, OllamaProvider, "/api/chat", name)
    assert (metric.finish_reason, metric.input_tokens, metric.output_tokens) == (
        reason,
        read,
        written,
    )
    assert (metric.load_ms, metric.prompt_ms, metric.generation_ms) == (load, prompt, generation)
    assert metric.tokens_per_second == written * 1000 / generation
    assert metric.metric_metadata["gpu_share"] == 0.5
    assert metric.model_digest == "d1"


async def test_a_compatible_servers_numbers(alice, monkeypatch) -> None:
    provider, path = OpenAICompatibleProvider, "/v1/chat/completions"
    metric = await metric_of(alice, monkeypatch, provider, path, "71_v1_chat_stream")
    assert (metric.input_tokens, metric.output_tokens) == (12, 4)
    assert metric.load_ms is metric.tokens_per_second is metric.queue_ms is None


async def test_a_server_that_does_not_count_has_no_counts(alice, monkeypatch) -> None:
    provider, path = OpenAICompatibleProvider, "/v1/chat/completions"
    metric = await metric_of(alice, monkeypatch, provider, path, "71b")
    assert metric.input_tokens is metric.output_tokens is None


async def test_a_stream_that_broke_off_is_a_failed_one(alice, monkeypatch) -> None:
    metric = await metric_of(alice, monkeypatch, OllamaProvider, "/api/chat", "67")
    assert (metric.status, bool(metric.error_code)) == ("failed", True)
    assert metric.time_to_first_token_ms > 0
