"""For every test: async functions run, nobody reaches a real model server, and files stay apart."""

import asyncio
import inspect
import subprocess
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, connections
from django.test import AsyncClient, Client, TransactionTestCase, override_settings

from chatstudio.accounts import installed

# The same examples each time, and none that fails because the machine is busy.
hypothesis.settings.register_profile(
    "steady",
    derandomize=True,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("steady")

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
    for each in connections.all():
        each.settings_dict["TEST"]["NAME"] = str(path)


@pytest.fixture(scope="session")
def with_tables_for_accounts() -> override_settings:
    """The database serves tests of both modes; only accounts install sessions and the admin."""
    installed_then = override_settings(INSTALLED_APPS=[*settings.INSTALLED_APPS, *installed.APPS])
    installed_then.enable()
    return installed_then


@pytest.fixture(scope="session")
def django_db_setup(with_tables_for_accounts: override_settings, django_db_setup: None) -> None:
    with_tables_for_accounts.disable()
    TransactionTestCase._fixture_teardown = empty_tables


def empty_tables(case: TransactionTestCase) -> None:
    """After a test with transactions of its own. The names of models and permissions stay, which
    no test changes: Django would write them anew, in a tenth of the time of all tests."""
    names = {"django_content_type", "auth_permission"}
    there = connection.introspection.django_table_names(only_existing=True, include_views=False)
    tables = [table for table in there if table not in names]
    connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), tables))


class OnlyWhereMarked(subprocess.Popen[Any]):
    def __init__(self, *arguments: object, **options: object) -> None:
        raise AssertionError("Only a test that is marked as `process` may start one.")


@pytest.fixture(autouse=True)
def no_other_process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that `make quick`, which leaves marked tests out, stays quick."""
    if request.node.get_closest_marker("process") is None:
        monkeypatch.setattr(subprocess, "Popen", OnlyWhereMarked)


@pytest.fixture(autouse=True)
def settings_for_tests(settings, tmp_path: Path) -> None:
    settings.LLM_BASE_URL = "echo:"
    settings.DEMO_MODEL_URL = settings.ZAIN_AGENT_URL = settings.ZAIN_AGENT_API_KEY = ""
    settings.DATA_DIR = settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def client() -> Client:
    """A browser on this machine."""
    return Client(**HERE)


class AsyncBrowser(AsyncClient):
    """Django's own names the server "testserver" and cannot be told otherwise."""

    def _base_scope(self, **request: Any) -> dict[str, Any]:
        headers = [(key, value) for key, value in request["headers"] if key != b"host"]
        here = {"server": ("127.0.0.1", 8000), "headers": [(b"host", b"localhost:8000"), *headers]}
        return super()._base_scope(**{**request, **here})


@pytest.fixture
def aclient() -> AsyncClient:
    return AsyncBrowser()
