"""What is typed becomes words and phrases; nothing of it is ever syntax."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.features.search.parsing import NO_WORDS, ONLY_UNWANTED, TOO_LONG, parse
from conversations.features.search.values import Term


def wanted(text: str) -> list[str]:
    return [" ".join(term.words) + "*" * term.is_prefix for term in parse(text).wanted]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("heat", ["heat*"]),
        ("heat ", ["heat"]),
        ("heat.", ["heat"]),
        ("he", ["he"]),
        ("Heat PUMPS", ["heat", "pumps*"]),
        ('"heat pump"', ["heat pump"]),
        ('"heat pu', ["heat pu"]),
        ('"heat pum', ["heat pum*"]),
        ("“heat pump” oil ", ["heat pump", "oil"]),
        ("heat-pump ", ["heat pump"]),
        ("ada@example.org", ["ada example org*"]),
        ("snake_case ", ["snake case"]),
        ("Café", ["cafe*"]),
        ("Straße ", ["strasse"]),
        ("ＡＢＣ ", ["abc"]),
        ("热泵", ["热 泵"]),
        ("ไทย", ["ไ ท ย"]),
        ("हिन्दी", ["हिन्दी*"]),
        ("שָׁלוֹם ", ["שלום"]),
        ("3.5", ["3 5"]),
        ("AND OR NOT ", ["and", "or", "not"]),
        ("NEAR(a b)", ["near a", "b"]),
        ("words : x ", ["words", "x"]),
        ("x* ^y ", ["x", "y"]),
        ('say "" it ', ["say", "it"]),
        ("a\x00b ", ["a", "b"]),
    ],
)
def test_terms(text, terms) -> None:
    assert wanted(text) == terms


@pytest.mark.parametrize("text", ["", " ", '"', '""', "*", "→→", "\x00", "()", "- -", '-"', "。"])
def test_no_words_is_said(text) -> None:
    assert parse(text).problem == NO_WORDS
    assert not parse(text).wanted


def test_a_minus_leaves_out() -> None:
    query = parse('heat -oil -"old pump" semi-cold ')
    assert query.unwanted == (Term(("oil",)), Term(("old", "pump")))
    assert query.wanted == (Term(("heat",)), Term(("semi", "cold")))


def test_only_leaving_out_finds_nothing() -> None:
    assert parse("-oil").problem == ONLY_UNWANTED


def test_a_long_text_is_refused_and_many_words_are_cut() -> None:
    assert parse("x" * 10_000).problem == TOO_LONG
    assert len(parse("a " * 150).wanted) == 24


@given(st.text(max_size=300))
def test_any_text_becomes_words_without_syntax(text) -> None:
    query = parse(text)
    assert bool(query.wanted) != bool(query.problem)
    for term in (*query.wanted, *query.unwanted):
        assert not set(" ".join(term.words)) & set("\"'()*:^-+\\&|!<>\x00")
