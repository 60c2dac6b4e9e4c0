"""Many messages with words as people's have them: few very common, most rare.

    DATA_DIR=… python -m benchmarks.searchable 100000

The text comes from a few thousand paragraphs, so that a million messages take a minute to write and
not an hour; one word in each is its own.
"""

import os
import random
import sys
from collections.abc import Iterator
from datetime import timedelta
from itertools import accumulate
from uuid import uuid4

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatstudio.settings")

PARAGRAPHS, IN_ONE_CONVERSATION, AT_ONCE = 4_000, 50, 20_000
SYLLABLES = [first + vowel for first in "bdfghklmnprstvwz" for vowel in "aeiou"]
FIRST = ["heat", "pump", "the", "number", "function"]  # common words with a name to search for
VOCABULARY = 30_000


def vocabulary(dice: random.Random) -> list[str]:
    words = dict.fromkeys(FIRST)
    while len(words) < VOCABULARY:
        words["".join(dice.choices(SYLLABLES, k=dice.choice((1, 2, 2, 3, 3, 4))))] = None
    return list(words)


def paragraphs(dice: random.Random, words: list[str], length: int) -> list[str]:
    """The n-th word occurs in proportion to 1 / n, as in any language."""
    weights = list(accumulate(1 / (n + 10) for n in range(len(words))))
    return [
        " ".join(dice.choices(words, cum_weights=weights, k=max(3, int(dice.gauss(length, 10)))))
        for _ in range(PARAGRAPHS)
    ]


def seed(count: int) -> None:
    from django.db import connection, transaction

    from conversations.search import index

    index.take_down()
    with transaction.atomic(), connection.cursor() as cursor:
        for start in range(0, count, AT_ONCE):
            _write(cursor, start, min(count, start + AT_ONCE))
    index.rebuild()


def _write(cursor, start: int, end: int) -> None:  # type: ignore[no-untyped-def]
    pass


if __name__ == "__main__":
    print(len(paragraphs(random.Random(1), vocabulary(random.Random(1)), 80)))
