"""The report: its words, its colours, its JSON, and that nothing can end it."""

import json

import pytest

from chatstudio.doctor import examine
from chatstudio.doctor.findings import Line, failure, ok, warning
from chatstudio.doctor.report import as_json, summary, words

GOOD = Line("Python", ok("New enough."))
ODD = Line("Disk", warning("Little room.", "Make some."))
BAD = Line("Database", failure("Gone.", "Start it."))


def test_a_line_has_its_state_its_name_and_the_next_step_below() -> None:
    assert words(GOOD, coloured=False) == "ok       Python        New enough."
    assert words(ODD, coloured=False).splitlines()[1].strip() == "-> Make some."


def test_colours_are_asked_for() -> None:
    assert "\x1b[31m" in words(BAD, coloured=True)
    assert "\x1b" not in words(BAD, coloured=False)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([GOOD], "All is well."),
        ([GOOD, ODD], "It works, with 1 warning."),
        ([BAD, ODD, ODD], "1 failure, 2 warnings."),
    ],
)
def test_the_last_line_sums_it_up(lines, told) -> None:
    assert summary(lines) == told


def test_warnings_alone_are_fine_for_programs_too() -> None:
    told = json.loads(as_json([GOOD, ODD]))
    assert told["ok"] is True
    assert told["checks"][1] == {
        "name": "Disk",
        "status": "warning",
        "text": "Little room.",
        "next_step": "Make some.",
    }
    assert json.loads(as_json([BAD]))["ok"] is False


def test_what_an_examination_raises_is_a_finding() -> None:
    def falls():
        yield ok("First")
        raise ValueError("out of\ncheese")

    (finding,) = examine.carefully(falls)
    assert finding.text == "This could not be looked at: ValueError: out of cheese"
