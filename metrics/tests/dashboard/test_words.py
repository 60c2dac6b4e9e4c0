"""Numbers as people read them."""

import pytest

from metrics.dashboard import words


@pytest.mark.parametrize(
    ("ms", "text"),
    [(None, "–"), (12.4, "12 ms"), (1530, "1.5 s"), (90_000, "1.5 min"), (7_200_000, "2.0 h")],
)
def test_a_duration_has_the_unit_that_fits(ms, text: str) -> None:
    assert words.duration(ms) == text


@pytest.mark.parametrize(
    ("value", "text"), [(None, "–"), (0, "0"), (12_345, "12,345"), (2_059_044, "2.1 million")]
)
def test_a_count_stays_short(value, text: str) -> None:
    assert words.count(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(None, "–"), (0.034, "3.4 %"), (0.5, "50 %"), (0, "0 %")]
)
def test_a_share_is_percent(value, text: str) -> None:
    assert words.share(value) == text


@pytest.mark.parametrize(
    ("now", "before", "text"),
    [
        (112, 100, "12 % more"),
        (88, 100, "12 % less"),
        (100, 100, "the same"),
        (2000, 100, "20 times as much"),
        (5, 0, ""),
        (None, 100, ""),
    ],
)
def test_a_change_is_in_words(now, before, text: str) -> None:
    assert words.change(now, before) == text
