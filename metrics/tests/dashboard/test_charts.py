"""Geometry of the charts."""

from collections import Counter

import pytest

from metrics.dashboard.charts import HEIGHT, by_group, over_time, round_up
from metrics.dashboard.figures import Figures
from metrics.dashboard.page import causes

SERIES = {"good": ("Complete", ("complete",)), "bad": ("Failed", ("failed",))}


def figures(*values: float) -> Figures:
    from metrics import rollups

    made = Figures(Counter(answers=len(values)))
    for value in values:
        rollups.add(made.distributions.setdefault("time_to_first_token", {}), value)
    return made


def test_errors_are_drawn_as_shares_of_all_answers() -> None:
    total = Figures(Counter(answers=1000), errors=Counter(model_not_found=100, busy=1))
    assert [cause.width for cause in causes(total)] == [10.0, 0.5]


@pytest.mark.parametrize(("value", "top"), [(0, 1), (1, 1), (3, 5), (11, 20), (21, 50), (99, 100)])
def test_the_scale_ends_with_a_round_number(value: float, top: float) -> None:
    assert round_up(value) == top


def test_pieces_stand_on_each_other_and_fit() -> None:
    chart = over_time("Answers", [("Mon", Counter(complete=6, failed=4))], SERIES)
    good, bad = chart.bars[0].pieces
    assert (good.y + good.height, bad.y + bad.height) == (HEIGHT, good.y)
    assert bad.y >= 0


def test_an_empty_step_has_a_bar_without_pieces() -> None:
    chart = over_time("Answers", [("Mon", Counter()), ("Tue", Counter(complete=1))], SERIES)
    assert [len(bar.pieces) for bar in chart.bars] == [0, 1]


def test_a_bar_says_what_it_shows() -> None:
    chart = over_time("Answers", [("Mon", Counter(complete=1200, failed=4))], SERIES)
    assert chart.bars[0].sentence == "Mon: complete 1,200, failed 4"


def test_a_group_without_values_has_no_range() -> None:
    groups = {"a": figures(100.0, 200.0), "silent": figures()}
    chart = by_group("Time", "Model", groups, "time_to_first_token", {}, "Unknown")
    assert [one.name for one in chart.ranges] == ["a"]


def test_the_longest_range_is_the_whole_width() -> None:
    groups = {"a": figures(100.0), "b": figures(1000.0), "": figures(500.0)}
    chart = by_group("Time", "Model", groups, "time_to_first_token", {}, "Unknown")
    assert max(one.p95_width for one in chart.ranges) == 100
    assert all(one.p50_width <= one.p95_width <= 100 for one in chart.ranges)
    assert "Unknown" in [one.name for one in chart.ranges]
