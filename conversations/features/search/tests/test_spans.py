"""Where the terms are: the fast way finds what taking every word apart finds."""

import random

import pytest

from conversations.features.search.parsing import parse
from conversations.features.search.spans import _word_by_word, spans
from conversations.features.search.words import folded_in_place

COMMON = list("aabbss  \n-_.*é")
SPECIAL = [*"ßäÉçøĳﬁ½²ª™…“–’①🎉ςΣσйİſᾳẞ热가", "e\u0301", "\u00ad", "\u1100\u1161", "ना", "\x00"]


def found(text: str, looked_for: str) -> list[str]:
    return [text[start:end] for start, end in spans(text, parse(looked_for).wanted)]


@pytest.mark.parametrize("letters", [COMMON, COMMON + SPECIAL, [*COMMON, *"ßﬁ…"]])
def test_both_ways_find_the_same(letters) -> None:
    dice = random.Random(1)
    for _ in range(2_000):
        text = "".join(dice.choices(letters, k=dice.randint(1, 30)))
        at, length = dice.randrange(len(text)), dice.randint(1, 5)
        looked_for = f'{text[:2]} "{text[at : at + length]}" {text[at : at + length]}'
        if terms := parse(looked_for).wanted:
            one, other = list(spans(text, terms)), list(_word_by_word(text, terms))
            assert sorted(one) == sorted(other), (text, terms)
            assert [end for _, end in one] == [end for _, end in other]


@pytest.mark.parametrize(
    ("text", "looked_for", "places"),
    [
        ("Heat, HEAT and heating", "heat ", ["Heat", "HEAT"]),
        ("Heat, HEAT and heating", "heat", ["Heat", "HEAT", "heating"]),
        ("heat heat heat", '"heat heat"', ["heat heat", "heat heat"]),
        ("reheat_heat", "heat ", ["heat"]),
        ("Größe, groß, Grüße", "gross", ["Größe", "groß"]),
        ("Fußball im Café", "cafe ", ["Café"]),
        ("ﬁne ½ ﬁnd", "find ", ["ﬁnd"]),
        ("a pump, a heat\n**pump**", '"heat pump"', ["heat\n**pump"]),
    ],
)
def test_places(text, looked_for, places) -> None:
    assert found(text, looked_for) == places


def test_which_texts_are_folded_in_place() -> None:
    assert folded_in_place("Heat") == ("heat", ())
    assert folded_in_place("Café – “Ü”") == ("cafe – “u”", ())
    assert folded_in_place("Maß A") == ("mass a", [1, 2, 4, 5, 6])
    for text in ("这是", "cafe\u0301", "한국", "½", "a\x00ä"):
        assert folded_in_place(text) is None
