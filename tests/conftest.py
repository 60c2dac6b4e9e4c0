"""One fake model server and one Chat Studio for all; `fresh_studio` for tests that break theirs."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.servers import ExampleAgent, FakeModels, Studio

LONGEST = (
    *("test_axe", "test_without_websocket", "test_plain_forms", "test_hostile_fields"),
    *("test_api_schemathesis", "test_long_conversation", "test_two_servers", "test_following"),
)

type MakeStudio = Callable[..., Studio]
type MakeModels = Callable[..., FakeModels]
type MakeAgent = Callable[..., ExampleAgent]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("process")
    # The longest files first, or one worker waits for them in the end.
    ranks = {name: rank for rank, name in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path.stem, len(ranks)))


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with its tables and static files, made once and copied for each server."""
    data_dir = tmp_path_factory.mktemp("prepared")
    Studio(data_dir, "http://127.0.0.1:9").run("serve", "--prepare-only", "--model", "none")
    return data_dir


@pytest.fixture(scope="session")
def models() -> Iterator[FakeModels]:
    fake = FakeModels("--load-seconds", "60")
    yield fake
    fake.close()


@pytest.fixture(scope="session")
def studio(
    prepared: Path, models: FakeModels, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Studio]:
    data_dir = tmp_path_factory.mktemp("studio") / "data"
    shutil.copytree(prepared, data_dir)
    server = Studio(data_dir, models.url).start()
    yield server
    server.close()
    assert server.failures() == []


@pytest.fixture
def fresh_models() -> Iterator[MakeModels]:
    made: list[FakeModels] = []

    def make(*options: str, port: int = 0) -> FakeModels:
        made.append(FakeModels(*options, port=port))
        return made[-1]

    yield make
    for fake in made:
        fake.close()


@pytest.fixture
def example_agent() -> Iterator[MakeAgent]:
    made: list[ExampleAgent] = []

    def make(*options: str) -> ExampleAgent:
        made.append(ExampleAgent(*options))
        return made[-1]

    yield make
    for agent in made:
        agent.close()


@pytest.fixture
def fresh_studio(prepared: Path, models: FakeModels, tmp_path: Path) -> Iterator[MakeStudio]:
    yield from studios(prepared, models, tmp_path)


@pytest.fixture(scope="module")
def module_studio(
    prepared: Path, models: FakeModels, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MakeStudio]:
    """As `fresh_studio`, for tests of one module that leave alone what the others need."""
    yield from studios(prepared, models, tmp_path_factory.mktemp("module"))


def studios(prepared: Path, models: FakeModels, folder: Path) -> Iterator[MakeStudio]:
    made: list[Studio] = []

    def make(
        models_url: str = models.url,
        options: Sequence[str] = ("--model", "none"),
        rows: Path = prepared,
        **environment: str,
    ) -> Studio:
        data_dir = folder / f"data{len(made)}"
        shutil.copytree(rows, data_dir)
        made.append(Studio(data_dir, models_url, options, **environment).start())
        return made[-1]

    yield make
    for server in made:
        server.close()
