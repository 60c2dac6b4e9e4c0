"""A program that asks."""

from collections.abc import Callable

import pytest

from chatstudio import keys
from chatstudio.models import User
from conversations.features.data.tests.conftest import register
from conversations.features.models_page.tests.conftest import ollama

__all__ = ["ollama", "register"]

type Bearer = Callable[..., dict[str, str]]


@pytest.fixture
def bearer() -> Bearer:
    """The headers with a new key of this person's, with these scopes."""

    def made(person: User, *scopes: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {keys.make(person, 'a program', scopes)[1]}"}

    return made
