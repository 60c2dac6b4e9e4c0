"""Parameters out of a file that nobody vouches for."""

from typing import Any

import pytest

from conversations.features.exchange.parameters import parameters_of


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("temperature", "0.5"),
        ("temperature", True),
        ("temperature", float("nan")),
        ("top_k", 1.5),
        ("seed", 2**40),
        ("stop", "END"),
        ("stop", ["", 3, "x" * 1001, "\0"]),
        ("thinking", 1),
        ("thinking", "perhaps"),
        ("thinking", ["low"]),
        ("keep_alive", True),
        ("keep_alive", "a day"),
        ("levitation", 1),
    ],
)
def test_what_no_server_takes_is_left_out(name: str, value: Any) -> None:
    assert parameters_of({name: value}) == {}


def test_whole_numbers_and_texts_are_made_plain() -> None:
    found = parameters_of({"top_k": 4.0, "stop": ["a\0b", "\ud800"]})
    assert found == {"top_k": 4, "stop": ["ab", "\ufffd"]}
