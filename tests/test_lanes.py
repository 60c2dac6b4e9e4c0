"""Lanes of checks: each is shown whole, one that fails fails all, the slowest tests are named."""

from pathlib import Path

import pytest

from tests import lanes
from tests.lanes import Lane

TWO_TESTS = """
import time

def test_quick(): pass

def test_slow(): time.sleep(0.2)
"""


def says(word: str, code: int = 0) -> Lane:
    return Lane(word, (("-c", f"print({word!r}); raise SystemExit({code})"),))


def run(monkeypatch: pytest.MonkeyPatch, *beside: Lane) -> int:
    monkeypatch.setitem(lanes.PLANS, "test", beside)
    return lanes.main("test")


def test_all_hold(monkeypatch, capsys) -> None:
    assert run(monkeypatch, says("one"), says("two"), says("three")) == 0
    told = capsys.readouterr().out
    assert all(f"=== {word}\n{word}\n" in told for word in ("one", "two", "three"))
    assert told.endswith("\none\ntwo\nthree\n")


def test_one_that_fails_fails_all_and_the_others_are_still_run(monkeypatch, capsys) -> None:
    assert run(monkeypatch, says("one", 3), says("two"), says("three")) == 3
    told = capsys.readouterr().out
    assert "one: FAILED with 3" in told
    assert "three: holds" in told


def test_a_lane_goes_on_after_a_command_that_fails(monkeypatch, capsys) -> None:
    both = Lane("both", says("one", 2).commands + says("two").commands)
    assert run(monkeypatch, both) == 2
    assert "=== both\none\ntwo\n" in capsys.readouterr().out


def test_the_slowest_come_first(monkeypatch, capsys, tmp_path: Path) -> None:
    (tmp_path / "test_two.py").write_text(TWO_TESTS)
    plain = Lane("tests", (("-m", "pytest", "-q", str(tmp_path), f"--rootdir={tmp_path}"),))
    assert run(monkeypatch, plain) == 0
    listed = capsys.readouterr().out.partition("slowest tests")[2]
    assert listed.index("test_slow") < listed.index("test_quick")
