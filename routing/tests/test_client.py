"""The one HTTP client, addresses, and lines out of packets."""

import asyncio
from typing import Any

import pytest

from routing.errors import BadAnswer, ServerUnreachable
from routing.llm.address import base_url, hide_password, leaves_machine
from routing.llm.client import certificates, client, warm_up
from routing.llm.ollama import OllamaProvider
from routing.tests.helpers import answer, asking, text_of
from routing.tests.replay import Canned, replay, transcript
from tests.fakes.model_server import running


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with replay({"/api/chat": transcript("12")}) as told:
        assert text_of(await answer(OllamaProvider(told.url)))
    assert client().trust_env is False


async def test_there_is_one_client_in_an_event_loop() -> None:
    assert client() is client()


def test_each_event_loop_has_its_own() -> None:
    async def mine() -> Any:
        return client()

    assert asyncio.run(mine()) is not asyncio.run(mine())


def test_warming_up_needs_no_event_loop_and_reads_the_certificates_for_all() -> None:
    async def client_made() -> None:
        client()

    certificates.cache_clear()
    warm_up()
    asyncio.run(client_made())
    assert certificates.cache_info().misses == 1


async def test_more_than_a_hundred_streams_run_at_once() -> None:
    async with running() as (url, fake):
        provider = OllamaProvider(url)
        tasks = [
            asyncio.create_task(answer(provider, asking(model_name="never:1b"))) for _ in range(120)
        ]
        async with asyncio.timeout(30):
            while len(fake.seen) < 120:
                await asyncio.sleep(0.01)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def test_headers_of_a_browser_are_not_forwarded() -> None:
    async with replay({"/api/chat": transcript("12")}) as told:
        await answer(OllamaProvider(told.url))
    headers = told.requests[0][2]
    assert not headers.keys() & {"origin", "referer", "cookie", "authorization"}
    assert headers["accept-encoding"] == "identity"


async def test_a_line_without_end_is_given_up(settings) -> None:
    settings.MAX_ANSWER_KB = 1
    async with replay({"/api/chat": Canned(b'{"a":"' + b"x" * 5000)}) as told:
        with pytest.raises(BadAnswer, match="without end"):
            await answer(OllamaProvider(told.url))


async def test_an_address_that_is_none_is_unreachable() -> None:
    with pytest.raises(ServerUnreachable):
        await answer(OllamaProvider("http://[::1"))


@pytest.mark.parametrize(
    ("configured", "root"),
    [
        ("http://localhost:11434", "http://localhost:11434"),
        ("http://localhost:11434/v1/", "http://localhost:11434"),
        (" http://localhost:11434/api ", "http://localhost:11434"),
        ("localhost:11434", "http://localhost:11434"),
        ("https://models.example.com/openai/v1", "https://models.example.com/openai"),
    ],
)
def test_the_root_of_an_address(configured: str, root: str) -> None:
    assert base_url(configured) == root


def test_a_password_is_not_shown() -> None:
    assert hide_password("http://me:pass@host:1234/v1") == "http://host:1234"


@pytest.mark.parametrize(
    ("url", "leaves"),
    [
        ("http://localhost:11434", False),
        ("http://[::1]:11434", False),
        ("http://192.168.1.5:11434", False),
        ("http://ollama:11434", False),
        ("http://host.docker.internal:11434", False),
        ("https://api.openai.com/v1", True),
        ("http://8.8.8.8", True),
        ("http://[::1", False),
    ],
)
def test_what_leaves_the_machine(url: str, leaves: bool) -> None:
    assert leaves_machine(url) is leaves
