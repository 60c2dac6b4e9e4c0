"""A fake Ollama as the model server, and nothing remembered of another."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from conversations.features.models_page.orders.live import ORDERS
from routing.llm import servers
from tests.fakes.model_server import FakeModelServer, running


@pytest.fixture
def ollama(settings, monkeypatch):
    """`async with ollama() as (url, fake)`: the server that is configured."""

    @asynccontextmanager
    async def start() -> AsyncIterator[tuple[str, FakeModelServer]]:
        monkeypatch.setattr(servers, "_latest", None)
        async with running() as (url, fake):
            fake.pull_pause = 0
            settings.LLM_BASE_URL = url
            yield url, fake

    yield start
    ORDERS.clear()
