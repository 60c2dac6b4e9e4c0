"""The supervision, tried with stand-ins for the child."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chatstudio.launch import demo_model
from chatstudio.launch.demo_model import DemoModel

pytestmark = pytest.mark.process

READY = 'import sys; print(\'{"url": "http://127.0.0.1:1"}\', flush=True); '
LIVES = READY + "sys.stdin.read()"
DIES = READY + "open(sys.argv[1], 'a').write(sys.argv[2] + ' ')"
REFUSES = 'print(\'{"error": "libgomp.so.1: cannot open shared object file"}\')'


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def make(tmp_path: Path, said, monkeypatch) -> Iterator[Callable[[str], DemoModel]]:
    monkeypatch.setattr(demo_model, "FIRST_PAUSE", 0.05)
    made: list[DemoModel] = []

    def start(source: str) -> DemoModel:
        child = tmp_path / "child.py"
        child.write_text(source)
        made.append(DemoModel(tmp_path / "model", tmp_path / "logs" / "log", said.append, child))
        made[0].start()
        return made[0]

    yield start
    for one in made:
        one.stop()


def test_a_child_that_answers_is_waited_for_and_stopped(make, said):
    demo = make(LIVES)
    assert demo.wait(5)
    demo.stop()
    assert demo.process.returncode == 0
    assert not demo.thread.is_alive()
    assert said == []


def test_a_child_that_dies_starts_again_at_the_same_port(make, said, tmp_path):
    demo = make(DIES)
    deadline = time.monotonic() + 5
    while len(ports := ports_seen(tmp_path)) < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(ports) >= 3
    assert set(ports) == {str(demo.port)}
    assert "The demo model stopped; starting it again" in said


def ports_seen(tmp_path: Path) -> list[str]:
    return (tmp_path / "model").read_text().split() if (tmp_path / "model").exists() else []


def test_a_missing_system_library_is_named_once(make, said):
    demo = make(REFUSES)
    assert not demo.wait(5)
    time.sleep(0.4)
    assert said == ["The demo model needs a library of the system: sudo apt install libgomp1"]


def test_a_child_that_ends_without_a_word_points_to_the_log(make, said, tmp_path):
    demo = make("raise SystemExit('boom')")
    assert not demo.wait(5)
    assert str(demo.log) in said[0]
    demo.stop()
    assert "boom" in demo.log.read_text()
