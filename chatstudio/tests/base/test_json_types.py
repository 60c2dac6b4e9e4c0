"""Reading JSON that nobody vouches for: a value has its type, or it is missing."""

import json

import pytest

from chatstudio.base import json_types as reading

PACKET = json.loads(
    '{"o": {"a": 1}, "d": {"a": 1, "b": {"c": 2}}, "l": [1, {"b": 2}, null],'
    '"t": "x", "f": true, "n": 2.5, "i": 7, "z": null}'
)
READERS = {
    reading.object_at: {"o": {"a": 1}, "d": {"a": 1, "b": {"c": 2}}},
    reading.list_at: {"l": [1, {"b": 2}, None]},
    reading.objects_at: {"l": [{"b": 2}]},
    reading.named_objects_at: {"d": {"b": {"c": 2}}},
    reading.text_at: {"t": "x"},
    reading.flag_at: {"f": True},
    reading.number_at: {"n": 2.5, "i": 7.0},
    reading.integer_at: {"n": 2, "i": 7},
}


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
def test_each_reader_finds_its_own_type_alone(reader):
    found = {name: reader(PACKET, name) for name in [*PACKET, "absent"]}
    assert {name: value for name, value in found.items() if value} == READERS[reader]


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-1e999", "9223372036854775808", "1" * 400])
def test_numbers_that_no_column_holds_are_missing(text):
    data = {"n": json.loads(text)}
    assert reading.number_at(data, "n") is None
    assert reading.integer_at(data, "n") is None


def test_a_whole_number_stays_whole():
    assert repr(reading.number_at(PACKET, "i")) == repr(reading.integer_at(PACKET, "i")) == "7"


def test_a_flag_that_is_missing_is_what_the_reader_says():
    assert reading.flag_at({"f": "yes"}, "f", default=True)


@pytest.mark.parametrize(
    ("escaped", "text"),
    [(r"a\ud83d\u0000b", "a\ufffd\ufffdb"), (r"\ud83d\ude00", "😀"), ("ä", "ä")],
)
def test_texts_are_such_as_a_database_takes(escaped, text):
    assert reading.text_at(json.loads(f'{{"t": "{escaped}"}}'), "t") == text


@pytest.mark.parametrize("data", [b"", b"[1]", b"null", b"{", b'"x"', b"[" * 100_000])
def test_what_is_no_object_is_none(data):
    assert reading.parse_object(data) is None


def test_an_object_with_a_broken_character_is_read():
    assert reading.parse_object(b'{"t": "a\xff"}') == {"t": "a\ufffd"}
