"""Each part comes back from its JSON as it went in, and other people's JSON does no harm."""

import json
from dataclasses import asdict, fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatstudio.base.json_types import JsonObject, JsonValue
from conversations.receipts import Receipt, parts
from conversations.receipts.receipt import Stored, reader
from routing.types import RoundEnded, RouteChosen, Timings, Usage

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
COUNTS = st.integers(0, 2**53)
FIGURES = st.floats(0, 1e12, allow_nan=False)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
BY_TYPE = {
    str: TEXTS,
    bool: st.booleans(),
    int: COUNTS,
    int | None: st.none() | COUNTS,
    float | None: st.none() | FIGURES,
    list[JsonValue]: st.lists(TEXTS, max_size=3),
    JsonObject: st.dictionaries(TEXTS, TEXTS, max_size=3),
}
PARTS = [kind for kind in vars(parts).values() if hasattr(kind, "to_json")]
NAMES = [name for name, value in vars(Receipt).items() if isinstance(value, Stored)]


def made(kind: type) -> st.SearchStrategy:
    return st.builds(kind, **{one.name: BY_TYPE[one.type] for one in fields(kind)})


BY_TYPE[tuple[parts.SentFile, ...]] = st.lists(made(parts.SentFile), max_size=2).map(tuple)
BY_TYPE[Usage], BY_TYPE[Timings] = made(Usage), made(Timings)


def through_text(value: JsonObject) -> JsonObject:
    """As a row keeps it."""
    return json.loads(json.dumps(value))


@pytest.mark.parametrize("kind", PARTS)
def test_a_part_comes_back_as_it_was(kind: type) -> None:
    @given(made(kind))
    def comes_back(part: parts.Part) -> None:
        assert reader(kind)(through_text(part.to_json())) == part

    comes_back()


@pytest.mark.parametrize("kind", [RouteChosen, Usage, Timings, RoundEnded])
def test_what_routing_told_comes_back_as_it_was(kind: type) -> None:
    @given(made(kind))
    def comes_back(event: object) -> None:
        assert reader(kind)(through_text(asdict(event))) == event

    comes_back()


@given(st.dictionaries(st.sampled_from(NAMES) | TEXTS, VALUES))
def test_no_receipt_is_too_odd_to_be_read_and_nothing_of_it_is_lost(stored) -> None:
    receipt = Receipt.from_json(stored)
    for name in NAMES:
        getattr(receipt, name)
    assert receipt.to_json() == stored


@pytest.mark.parametrize("value", [None, [], "x", 3, True])
def test_what_is_no_object_is_an_empty_receipt(value: object) -> None:
    assert Receipt.from_json(value) == Receipt()


@pytest.mark.parametrize("odd", [None, True, -1, "many", [], {}, 1e300, float("nan")])
def test_a_count_of_another_kind_is_none(odd: JsonValue) -> None:
    receipt = Receipt({"usage": {"input_tokens": odd}, "left_out": {"messages": odd}})
    assert receipt.usage == Usage()
    assert receipt.left_out.messages == 0


@pytest.mark.parametrize("odd", [None, True, 3, "x", [], {}, [3, "x"]])
def test_a_part_of_another_kind_says_nothing(odd: JsonValue) -> None:
    receipt = Receipt(dict.fromkeys(NAMES, odd))
    assert (receipt.fallback, receipt.summary, receipt.left_out) == (None, None, None)
    assert (receipt.route.strategy, receipt.window.tokens, receipt.messages) == ("", None, ())
    assert receipt.usage == Usage()
