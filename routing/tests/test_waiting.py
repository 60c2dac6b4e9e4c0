import pytest

from routing.errors import ServerUnreachable
from routing.llm.echo import EchoProvider
from routing.llm.ollama import OllamaProvider
from routing.waiting import what_it_waits_for
from tests.fakes.model_server import running


class Told(EchoProvider):
    def __init__(self, loaded: bool | None) -> None:
        self.loaded = loaded

    async def is_loaded(self, model_name: str) -> bool | None:
        return self.loaded


class Away(EchoProvider):
    async def is_loaded(self, model_name: str) -> bool | None:
        raise ServerUnreachable(server="http://s")


@pytest.mark.parametrize(
    ("loaded", "others_running", "code"),
    [
        (False, False, "loading"),
        (False, True, "loading"),
        (True, True, "queue"),
        (True, False, "prompt"),
        (None, True, ""),
    ],
)
async def test_what_an_answer_waits_for(
    loaded: bool | None, others_running: bool, code: str
) -> None:
    assert await what_it_waits_for(Told(loaded), "m", others_running) == code


async def test_a_server_that_does_not_answer_says_nothing() -> None:
    assert await what_it_waits_for(Away(), "m", False) == ""


async def test_a_model_that_is_not_in_memory_is_loading() -> None:
    async with running() as (url, _):
        assert await what_it_waits_for(OllamaProvider(url), "loading:1b", False) == "loading"
