"""Two servers, one database, one Redis. Without a Redis these tests are left out."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.browser.cable import Cable
from tests.servers import FakeModels
from tests.several_processes.servers import Server

type MakeServer = Callable[..., Server]


@pytest.fixture(scope="session")
def redis_url() -> str:
    url = os.environ.get("CHATSTUDIO_TEST_REDIS_URL", "redis://127.0.0.1:6379/9")
    try:
        from redis import Redis

        with Redis.from_url(url, socket_connect_timeout=2) as client:
            client.ping()
    except Exception as error:
        if os.environ.get("CHATSTUDIO_REQUIRE_REDIS"):
            raise
        pytest.skip(f"No Redis answers at {url}: {error}")
    return url


@pytest.fixture
def redis_cable(redis_url: str) -> Iterator[Cable]:
    """The way to Redis, which a test can cut."""
    laid = Cable(urlsplit(redis_url).port or 6379)
    laid.url = laid.url.replace("http:", "redis:")
    yield laid
    laid.close()


@pytest.fixture
def servers(
    prepared: Path, models: FakeModels, redis_url: str, tmp_path: Path
) -> Iterator[MakeServer]:
    """Each call starts one more server over the same rows."""
    data_dir = tmp_path / "data"
    shutil.copytree(prepared, data_dir)
    made: list[Server] = []

    def start(redis_url: str = redis_url) -> Server:
        log = tmp_path / f"server{len(made)}.log"
        environment = {"LLM_BASE_URL": models.url, "REDIS_URL": redis_url}
        made.append(Server(data_dir, log, environment))
        return made[-1]

    yield start
    for server in made:
        server.close()
    for server in made:
        assert "Traceback" not in server.log.read_text(), server.log.read_text()
