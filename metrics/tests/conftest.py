import pytest

from conversations.conftest import alice, bob, caller, conversation, model, nothing_lives_on  # noqa: F401  the same people and the same model
from metrics import prometheus


@pytest.fixture(autouse=True)
def nothing_is_remembered() -> None:
    """What closed days came to in another test's database."""
    prometheus._closed_figures.cache_clear()
