"""Percentiles from fixed logarithmic buckets, and how far they may be off."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as some

from metrics import rollups

VALUES = some.lists(some.floats(0.01, 1e7), min_size=1, max_size=200)


def filled(values: list[float]) -> rollups.Histogram:
    histogram: rollups.Histogram = {}
    for value in values:
        rollups.add(histogram, value)
    return histogram


@given(VALUES, some.sampled_from([0.5, 0.95]))
def test_a_percentile_is_within_the_bound(values: list[float], share: float) -> None:
    exact = sorted(values)[math.ceil(len(values) * share) - 1]
    read = rollups.percentile(filled(values), share)
    assert abs(read / exact - 1) <= rollups.ERROR_BOUND + 1e-9


def test_the_bound_is_nine_percent() -> None:
    assert round(rollups.ERROR_BOUND, 3) == 0.091


@given(VALUES)
def test_what_is_added_can_be_taken_back(values: list[float]) -> None:
    histogram = filled(values)
    for value in random.Random(1).sample(values, len(values)):
        rollups.add(histogram, value, -1)
    assert histogram == {}


@given(VALUES, VALUES)
def test_two_merged_are_one_of_all_values(one: list[float], other: list[float]) -> None:
    together = filled(one)
    rollups.add_all(together, filled(other))
    assert together == filled([*one, *other])


def test_nothing_has_no_percentile() -> None:
    assert rollups.percentile({}, 0.5) is None


@pytest.mark.parametrize("value", [0.0, -3.0, 1e-30, 1e30])
def test_what_is_off_the_scale_counts_at_its_ends(value: float) -> None:
    assert sum(filled([value]).values()) == 1


def test_an_absent_value_is_not_counted() -> None:
    histogram: rollups.Histogram = {}
    rollups.add(histogram, None)
    assert histogram == {}
