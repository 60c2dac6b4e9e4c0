"""A stream to values: whatever breaks one of them, the others come."""

import json
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.features.exchange import items as module
from conversations.features.exchange.items import Item, items
from conversations.features.exchange.values import Problem, Unreadable


def read(data: bytes | str) -> list[Item | Problem]:
    return list(items(BytesIO(data if isinstance(data, bytes) else data.encode())))


def values(data: bytes | str) -> list[dict]:
    return [one.value for one in read(data) if isinstance(one, Item)]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)  # fmt: skip
OBJECTS = st.lists(st.dictionaries(st.text(max_size=4), JSON, max_size=3), max_size=5)


@pytest.mark.parametrize("chunk", [1, 3, 64])
@settings(max_examples=60)
@given(found=OBJECTS, indent=st.sampled_from([None, 2]), ascii_only=st.booleans())
def test_any_array_at_any_cut(chunk: int, found, indent, ascii_only) -> None:
    before, module.CHUNK = module.CHUNK, chunk
    try:
        text = json.dumps(found, indent=indent, ensure_ascii=ascii_only)
        assert values(text.encode(errors="surrogatepass").decode(errors="replace")) == found
    finally:
        module.CHUNK = before


@settings(max_examples=60)
@given(found=OBJECTS.filter(bool))
def test_any_lines(found) -> None:
    assert values("\n".join(json.dumps(one) for one in found)) == found


def test_one_object_over_many_lines_is_one_value() -> None:
    assert values(json.dumps({"a": {"b": 1}}, indent=2)) == [{"a": {"b": 1}}]


def test_a_byte_order_mark_and_space_before_it() -> None:
    assert values(b'\xef\xbb\xbf \n[{"a": 1}]') == [{"a": 1}]


def test_an_element_with_a_mistake_inside_does_not_take_the_rest_along() -> None:
    found = read('[{"a": 1}, {"a": tru}, {"a": 3}]')
    assert [type(one) for one in found] == [Item, Problem, Item]
    assert found[1].where == "entry 2"


def test_a_broken_line_does_not_either() -> None:
    found = read('{"a": 1}\n{"a": \n{"a": 3}\n')
    assert [type(one) for one in found] == [Item, Problem, Item]
    assert found[1].where == "line 2"


@pytest.mark.parametrize("text", ['[1, {"a": 1}]', '[null, {"a": 1}]', '["x", {"a": 1}]'])
def test_what_is_no_object_is_told(text: str) -> None:
    assert [type(one) for one in read(text)] == [Problem, Item]


def test_a_file_that_ends_in_the_middle_gives_what_is_whole() -> None:
    found = read('[{"a": 1}, {"a": "unfin')
    assert [type(one) for one in found] == [Item, Problem]
    assert "ends in the middle" in found[1].reason


@pytest.mark.parametrize("text", ["", "   ", "<html>", "PK", '"text"', "12"])
def test_what_is_no_json_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        read(text)


def test_a_value_that_is_too_large_is_passed_by(monkeypatch) -> None:
    monkeypatch.setattr(module, "LARGEST", 1000)
    monkeypatch.setattr(module, "CHUNK", 100)
    big = {"a": ["x" * 50] * 100}
    three = [{"a": 1}, big, {"a": 3}]
    for text in (json.dumps(three), "\n".join(map(json.dumps, three))):
        found = read(text)
        assert [type(one) for one in found] == [Item, Problem, Item]
        assert "larger than" in found[1].reason


ARRAYS = '[{"a": ' + "[" * 5000 + "]" * 5000 + "}]"


@pytest.mark.parametrize("text", [ARRAYS, '{"a": 1}\n' + "[" * 200_000])
def test_what_is_nested_too_deep_is_told(text: str) -> None:
    assert any(isinstance(one, Problem) for one in read(text))


def test_numbers_that_are_too_long_are_told() -> None:
    assert isinstance(read('[{"a": ' + "1" * 10_000 + "}]")[0], Problem)
