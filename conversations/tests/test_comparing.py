"""Two answers beside each other, in a time that nobody notices."""

from itertools import count

import pytest

from conversations.showing.comparing import compare
from conversations.tests.rows import say

pytestmark = pytest.mark.django_db

NUMBERS = count()


def pair(conversation, first: str, second: str):
    question = say(conversation, "user", "Which?")
    return [say(conversation, "assistant", text, parent=question) for text in (first, second)]


def words_of(side) -> list[str]:
    return [piece.text.strip() for piece in side.pieces if piece.differs]


def test_the_words_that_differ_are_marked(conversation) -> None:
    found = compare(*pair(conversation, "The red house, I think.", "The blue house, I think."))
    assert [words_of(side) for side in found.sides] == [["red"], ["blue"]]


def test_nothing_is_lost_of_either_text(conversation) -> None:
    texts = ("One\n\n  two three", "One two\nthree four")
    found = compare(*pair(conversation, *texts))
    assert tuple("".join(p.text for p in side.pieces) for side in found.sides) == texts


def test_long_answers_are_compared_by_line_and_endless_ones_not_at_all(conversation) -> None:
    lines = [f"Paragraph {next(NUMBERS)} says something of its own." for _ in range(1000)]
    long = compare(*pair(conversation, "\n\n".join(lines), "\n\n".join(lines[1:])))
    assert long.by_line
    assert len(words_of(long.sides[1])) == 0
    endless = "\n".join(str(n) for n in range(5000))
    assert len(compare(*pair(conversation, endless, endless + "x")).sides[0].pieces) == 1
