"""How much of a model's window a file may fill before passages are sent instead of all of it."""

SHARE = 0.3
USUAL_TOKENS = 6_000
"""Where the model's window is not known."""
PASSAGES_TOKENS = 2_000
"""For the passages of all files that are searched for one message."""


def fits(tokens: int, window: int | None) -> bool:
    return tokens <= (int(window * SHARE) if window else USUAL_TOKENS)
