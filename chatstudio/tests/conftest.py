from conversations.conftest import alice, bob, conversation, model, nothing_lives_on  # noqa: F401  the same people and the same model
