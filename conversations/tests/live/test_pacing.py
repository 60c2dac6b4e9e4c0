"""How often a running answer is shown."""

import pytest

from conversations.showing.streamer import LONGEST_HOLD, SHORTEST_HOLD, Pace


def hold(pace: Pace, render: float = 0.001, answers: int = 1) -> float:
    return pace.after(render, answers)


def test_alone_and_quick_it_is_thirty_times_a_second() -> None:
    assert hold(Pace()) + 0.001 == pytest.approx(SHORTEST_HOLD)


def test_one_slow_render_does_not_hold_the_words_up() -> None:
    pace = Pace()
    assert hold(pace, render=0.02) < SHORTEST_HOLD
    assert hold(pace) < SHORTEST_HOLD


def test_two_slow_renders_do() -> None:
    pace = Pace()
    hold(pace, render=0.02)
    assert hold(pace, render=0.01) == pytest.approx(0.2)


def test_many_answers_share_the_time() -> None:
    assert hold(Pace(), answers=200) == pytest.approx(0.14)


def test_a_late_event_loop_is_given_air() -> None:
    pace = Pace()
    pace.woke(0.08)
    assert hold(pace) == pytest.approx(0.24)
    for _ in range(10):
        pace.woke(0.0)
    assert hold(pace) < SHORTEST_HOLD


def test_nobody_waits_longer_than_half_a_second() -> None:
    pace = Pace(lateness=5.0)
    assert hold(pace, answers=100_000) == LONGEST_HOLD
