"""Client libraries of others against the real server. OpenAI's own for Python is tried always, the
others where they are installed (see tests.clients)."""

import sys

import pytest

from tests.clients.libraries import CLIENTS, HERE, Client, table
from tests.conftest import MakeModels, MakeStudio

OPENAI, *OTHERS = CLIENTS


@pytest.mark.parametrize("protocol", ["ollama", "openai"])
def test_openais_client_in_all_its_ways(
    fresh_studio: MakeStudio, fresh_models: MakeModels, protocol: str
) -> None:
    studio = fresh_studio(fresh_models("--protocol", protocol).url)
    command = [sys.executable, str(HERE / "python" / OPENAI.script)]
    assert_works(studio.url, OPENAI, command)
    assert studio.failures() == []


@pytest.mark.parametrize("client", OTHERS, ids=lambda one: one.name)
def test_the_others(client: Client, fresh_studio: MakeStudio) -> None:
    if not client.is_there():
        pytest.skip(f"{client.name} is not there: python -m tests.clients --install")
    assert_works(fresh_studio().url, client)


def assert_works(url: str, client: Client, command: list[str] | None = None) -> None:
    found = client.run(url, command)
    assert {way: wrong for way, wrong in found.items() if wrong} == {}


def test_the_table_has_a_cell_for_each_way_and_client() -> None:
    found = {"a": {"answer": "", "stream": "TypeError: x"}, "b": {"stream": ""}}
    assert table(found).splitlines()[2:] == ["| answer | yes |  |", "| stream | NO | yes |"]
