import re

import pytest
from django.conf import settings

from chatstudio.base import words
from chatstudio.base.words import count_of, noun


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 messages"), (1, "1 message"), (1_240, "1,240 messages")]
)
def test_a_count_has_its_noun(count: int, text: str) -> None:
    assert count_of(count, "message") == text


def test_a_plural_may_be_its_own() -> None:
    assert count_of(1, "message is", "messages are") == "1 message is"
    assert noun(2, "it waits", "they wait") == "they wait"


@pytest.mark.parametrize(
    ("value", "text"), [(1_500_000, "1.5 M"), (-40_000, "-40 k"), (0.25, "0.25"), (999, "999")]
)
def test_numbers_are_short(value, text) -> None:
    assert words.short_number(value) == text


@pytest.mark.parametrize(
    ("size", "text"), [(1, "1 byte"), (999, "999 bytes"), (340_000, "340 KB"), (999_500, "1.0 MB")]
)
def test_a_file_has_a_size(size: int, text: str) -> None:
    assert words.size_in_words(size) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(-1, "0 s"), (45.4, "45 s"), (125, "2:05 min"), (3_600, "60:00 min")]
)
def test_time_left_is_told_as_a_clock_does(seconds: float, text: str) -> None:
    assert words.time_left_in_words(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(1, "1 second"), (119, "119 seconds"), (200, "3 minutes")]
)
def test_a_wait_is_told_in_whole_words(seconds: int, text: str) -> None:
    assert words.wait_in_words(seconds) == text


def test_nobody_else_puts_numbers_into_words() -> None:
    by_hand = re.compile(r":,\}|\bcount == 1 else|'' if .+ == 1 else|:,\.\d?f")
    apps = ("chatstudio", "conversations", "metrics", "routing")
    files = [f for app in apps for f in (settings.BASE_DIR / app).rglob("*.py")]
    found = [f.name for f in files if "tests" not in f.parts and by_hand.search(f.read_text())]
    assert found == ["words.py"]
