"""Client libraries of others against the real server. OpenAI's own for Python is tried always, the
others where they are installed (see tests.clients)."""

import sys

import pytest

from tests.clients.libraries import CLIENTS, HERE, Client, table
from tests.servers import Studio

OPENAI, *OTHERS = CLIENTS


def test_openais_client_in_all_its_ways(studio: Studio) -> None:
    assert_works(studio, OPENAI, [sys.executable, str(HERE / "python" / OPENAI.script)])


@pytest.mark.parametrize("client", OTHERS, ids=lambda one: one.name)
def test_the_others(client: Client, request: pytest.FixtureRequest) -> None:
    if not client.is_there():
        pytest.skip(f"{client.name} is not there: python -m tests.clients --install")
    assert_works(request.getfixturevalue("studio"), client)


def assert_works(studio: Studio, client: Client, command: list[str] | None = None) -> None:
    found = client.run(studio.url, command)
    assert {way: wrong for way, wrong in found.items() if wrong} == {}


def test_the_table_has_a_cell_for_each_way_and_client() -> None:
    found = {"a": {"answer": "", "stream": "TypeError: x"}, "b": {"stream": ""}}
    assert table(found).splitlines()[2:] == ["| answer | yes |  |", "| stream | NO | yes |"]
