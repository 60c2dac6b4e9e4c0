"""For every test: async functions run, nobody reaches a real model server, and files stay apart."""

import asyncio
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections
from django.test import AsyncClient, Client

HERE = {"SERVER_NAME": "127.0.0.1", "HTTP_HOST": "localhost"}


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = pyfuncitem._fixtureinfo.argnames
    asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A file, as in real life. Async code queries from a thread with a connection of its own; in
    memory, connections could share only a cache, which locks whole tables without waiting."""
    path = tmp_path_factory.mktemp("database") / "test.sqlite3"
    for connection in connections.all():
        connection.settings_dict["TEST"]["NAME"] = str(path)


@pytest.fixture(autouse=True)
def settings_for_tests(settings, tmp_path: Path) -> None:
    settings.LLM_BASE_URL = "echo:"
    settings.DEMO_MODEL_URL = ""
    settings.DATA_DIR = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def client() -> Client:
    """A browser on this machine."""
    return Client(**HERE)


@pytest.fixture
def aclient() -> Iterator[AsyncClient]:
    yield AsyncClient(headers={"host": "localhost"}, server=("127.0.0.1", 8000))
