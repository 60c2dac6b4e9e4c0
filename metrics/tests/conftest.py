from conversations.tests.conftest import (  # noqa: F401  the same people and the same model
    alice,
    bob,
    conversation,
    model,
    nothing_lives_on,
)
