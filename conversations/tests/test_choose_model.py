"""Which model answers."""

import pytest

from conversations.answering import source as answering
from conversations.answering.course import Course
from conversations.answering.source import choose_model, chooser_of
from routing.errors import ModelNotFound, NoModel, ServerUnreachable
from routing.llm.catalogue import Catalogue
from routing.types import ModelInfo

LLAMA = ModelInfo("llama3:8b", "http://a")
QWEN = ModelInfo("qwen:4b", "http://b")
DOWN = ServerUnreachable(server="http://a")


@pytest.fixture
def servers(monkeypatch) -> list[Catalogue]:
    """What is detected, one catalogue after the other; the last one stays."""
    found: list[Catalogue] = []

    async def detect(fresh: bool = False, patient: bool = False) -> Catalogue:
        return found.pop(0) if len(found) > 1 else found[0]

    monkeypatch.setattr(answering, "detect_models", detect)
    monkeypatch.setattr(answering, "known_models", detect)
    return found


def catalogue(*models: ModelInfo, errors=()) -> Catalogue:
    return Catalogue(tuple(models), tuple(errors), models[0] if models else None)


async def test_the_chosen_one(servers) -> None:
    servers.append(catalogue(LLAMA, QWEN))
    assert await choose_model("qwen:4b", "http://b") is QWEN


async def test_without_a_choice_the_default(servers) -> None:
    servers.append(catalogue(LLAMA, QWEN))
    assert await choose_model("", "") is LLAMA


async def test_the_same_model_of_another_server_will_do(servers) -> None:
    servers.append(catalogue(QWEN))
    assert await choose_model("qwen:4b", "http://gone:1") is QWEN


async def test_one_that_was_just_installed_is_found(servers) -> None:
    servers.extend([catalogue(LLAMA), catalogue(LLAMA, QWEN)])
    assert await choose_model("qwen:4b", "") is QWEN


async def test_another_model_is_never_taken_silently(servers) -> None:
    servers.append(catalogue(LLAMA))
    with pytest.raises(ModelNotFound):
        await choose_model("qwen:4b", "http://a")


async def test_a_server_that_is_down_is_named(servers) -> None:
    servers.append(catalogue(errors=[DOWN]))
    with pytest.raises(ServerUnreachable):
        await choose_model("llama3:8b", "http://a")


async def test_nothing_at_all_to_answer_with(servers) -> None:
    servers.append(catalogue())
    with pytest.raises(NoModel):
        await choose_model("", "")


async def test_the_same_error_comes_again_without_another_look(servers) -> None:
    servers.extend([catalogue(LLAMA), catalogue(LLAMA), catalogue(LLAMA, QWEN)])

    async def named() -> tuple[str, str]:
        return "qwen:4b", ""

    choose = chooser_of(named, Course())
    for _ in range(2):
        with pytest.raises(ModelNotFound):
            await choose()
    assert len(servers) == 1
