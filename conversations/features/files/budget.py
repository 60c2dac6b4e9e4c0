"""How much of a model's window a file may fill before passages are sent instead of all of it."""

import math

from routing.asking import BYTES_PER_TOKEN

SHARE = 0.3
USUAL_TOKENS = 6_000
"""Where the model's window is not known."""
PASSAGES_TOKENS = 2_000
"""For the passages of all files that are searched for one message."""


def tokens_of(size: int) -> int:
    """Roughly, of so many bytes of text."""
    return math.ceil(size / BYTES_PER_TOKEN)


def fits(tokens: int, window: int | None) -> bool:
    return tokens <= (int(window * SHARE) if window else USUAL_TOKENS)
