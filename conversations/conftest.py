"""Alice sits at this machine: the local person. Bob's rows lie in the same database."""

from collections.abc import Iterator
from typing import Any

import pytest

from chatstudio.local import local_person
from chatstudio.models import User
from conversations.answering.generation import REGISTRY
from conversations.answering.runner import ended, rows_of_live
from conversations.carrying.hub import hub
from conversations.models import Conversation, Generation
from conversations.showing.streamer import STREAMERS
from conversations.tests.calling import MODEL, Caller
from conversations.tests.rows import conversation_of
from conversations.tests.scripted import Scripted
from routing.strategies import STRATEGIES
from routing.types import Chosen


@pytest.fixture
def alice(db: None) -> User:
    return local_person()


@pytest.fixture
def bob(db: None) -> User:
    return User.objects.create(username="bob")


@pytest.fixture
def conversation(alice: User) -> Conversation:
    return conversation_of(alice)


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    """What answers in the place of Direct LLM."""
    scripted = Scripted()
    monkeypatch.setitem(STRATEGIES, "direct", scripted)
    return scripted


@pytest.fixture
def caller(monkeypatch: pytest.MonkeyPatch) -> Caller:
    """The provider that is asked, whichever model was chosen."""
    provider = Caller()

    def chooser(generation: Generation, course: Any) -> Any:
        async def choose() -> Chosen:
            course.chosen = Chosen(MODEL, provider)
            return course.chosen

        return choose

    monkeypatch.setattr("conversations.answering.source.make_chooser", chooser)
    return provider


@pytest.fixture(autouse=True)
def nothing_lives_on() -> Iterator[None]:
    """What one test left running would be found by the next."""
    yield
    for registry in (REGISTRY, STREAMERS, rows_of_live, ended, hub._topics):
        registry.clear()
