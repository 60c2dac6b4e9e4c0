import pytest

from conversations.tests.conftest import (  # noqa: F401  the same people and the same model
    alice,
    bob,
    conversation,
    model,
    nothing_lives_on,
)
from metrics import prometheus


@pytest.fixture(autouse=True)
def nothing_is_remembered() -> None:
    """What closed days came to in another test's database."""
    prometheus._closed.cache_clear()
