import re

import pytest
from django.conf import settings

from chatstudio.base.text import clean_text, encode_text, is_storable, replace_unstorable

HALF, PAIR = "\ud83d", "\ud83d\ude00"


@pytest.mark.parametrize("text", ["", "plain", "ä\u2028", "😀"])
def test_good_text_stays(text: str) -> None:
    assert is_storable(text)
    assert clean_text(text) == replace_unstorable(text) == text


@pytest.mark.parametrize("text", ["a\x00", f"a{HALF}", PAIR])
def test_a_door_can_refuse(text: str) -> None:
    assert not is_storable(text)


def test_a_nul_goes_or_becomes_what_is_said() -> None:
    assert clean_text("a\x00b") == "ab"
    assert clean_text("a\x00b", nul=" ") == "a b"
    assert replace_unstorable("a\x00b") == "a\ufffdb"


def test_half_a_pair_is_replaced_and_two_halves_are_joined() -> None:
    assert clean_text(f"ä{HALF}") == "ä\ufffd"
    assert clean_text(PAIR) == "😀"


def test_whatever_it_is_can_be_sent() -> None:
    assert encode_text(f"{HALF}ä").decode() == "\ufffdä"


def test_nobody_else_cleans_text() -> None:
    by_hand = re.compile(r'surrogatepass|replace\("\\(x00|0)"|encode\((errors=|"utf-8", )"replace"')
    apps = ("chatstudio", "conversations", "metrics", "routing")
    files = [f for app in apps for f in (settings.BASE_DIR / app).rglob("*.py")]
    found = [f.name for f in files if "tests" not in f.parts and by_hand.search(f.read_text())]
    assert found == ["text.py"]
