"""Which results are drawn, and where their points are."""

import pytest

from conversations.features.data.chart import BOTTOM, HEIGHT, TOP, chart_of
from conversations.features.data.scale import scale_for
from routing.data.types import Result, ResultColumn


def result(kinds: str, *rows: tuple) -> Result:
    named = {"n": "number", "t": "time", "x": "text"}
    columns = tuple(ResultColumn(f"c{i}", "", named[kind]) for i, kind in enumerate(kinds))
    return Result(columns, rows, False, 0.0)


@pytest.mark.parametrize(
    "shown",
    [
        result("n", (1,), (2,)),
        result("xn", ("a", 1)),
        result("xx", ("a", "b"), ("c", "d")),
        result("nn", (2, 1), (1, 2)),
        result("xn", ("a", None), ("b", None)),
        result("tn", ("infinity", 1), ("infinity", 2)),
        result("tn", ("2024-01-01", 1), ("2024-01-01", 2)),
        result("xnnnnn", ("a", 1, 1, 1, 1, 1), ("b", 1, 1, 1, 1, 1)),
        result("xn", *((str(n), n) for n in range(100))),
    ],
)
def test_what_is_no_series_is_not_drawn(shown) -> None:
    assert chart_of(shown) is None


def test_times_are_a_line_in_their_order() -> None:
    chart = chart_of(result("tn", ("2024-01-03", 4), ("2024-01-01", 0), ("2024-01-02", 2)))
    (line,) = chart.lines
    heights = [float(point.split()[1]) for point in line.points[1:].split("L")]
    assert heights == [HEIGHT - BOTTOM, (HEIGHT - BOTTOM + TOP) / 2, TOP]
    assert [mark.text for mark in chart.times] == ["2024-01-01", "2024-01-03"]


def test_a_line_pauses_where_there_is_no_value() -> None:
    rows = (("2024-01-01", 1), ("2024-01-02", None), ("2024-01-03", 2))
    assert chart_of(result("tn", *rows)).lines[0].points.count("M") == 2


def test_rising_numbers_are_a_line_too() -> None:
    assert chart_of(result("nnn", (1, 5, 6), (2, 6, 7))).lines[1].name == "c2"


def test_names_are_bars_and_a_negative_one_goes_the_other_way() -> None:
    chart = chart_of(result("xn", ("a", 10), ("b", -10)))
    (up,), (down,) = (group.bars for group in chart.groups)
    assert up.x == chart.zero == pytest.approx(down.x + down.width)
    assert up.width == pytest.approx(down.width)


def test_long_names_are_cut() -> None:
    label = chart_of(result("xn", ("a" * 50, 1), (None, 2))).groups
    assert [group.label for group in label] == ["a" * 15 + "…", "–"]


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [([3, 7], 0, 8), ([-3, 7], -5, 7.5), ([0, 0], 0, 1), ([1e12], 0, 1e12), ([0.002], 0, 0.002)],
)
def test_scales_are_round_and_hold_zero(values, low, high) -> None:
    scale = scale_for([float(value) for value in values])
    assert (scale.low, scale.high) == (pytest.approx(low), pytest.approx(high))
