"""The findings as lines for a person, or as JSON for a program."""

import json
from collections.abc import Iterable

from chatstudio.base.words import count_of
from chatstudio.doctor.findings import Line, State, has_failed

COLOURS = {State.OK: "32", State.WARNING: "33", State.FAILURE: "31"}
NAME_WIDTH = 13


def words(line: Line, coloured: bool) -> str:
    finding = line.finding
    mark = f"{finding.state:<8}"
    if coloured:
        mark = f"\x1b[{COLOURS[finding.state]}m{mark}\x1b[0m"
    text = f"{mark} {line.name:<{NAME_WIDTH}} {finding.text}"
    if finding.next_step:
        text += f"\n{'':<{NAME_WIDTH + 10}}-> {finding.next_step}"
    return text


def summary(lines: list[Line]) -> str:
    counts = {state: sum(line.finding.state is state for line in lines) for state in State}
    failures, warnings = (count_of(counts[s], s) for s in (State.FAILURE, State.WARNING))
    if counts[State.FAILURE]:
        return f"{failures}, {warnings}."
    if counts[State.WARNING]:
        return f"It works, with {warnings}."
    return "All is well."


def as_json(lines: Iterable[Line]) -> str:
    told = list(lines)
    checks = [
        {
            "name": line.name,
            "status": str(line.finding.state),
            "text": line.finding.text,
            "next_step": line.finding.next_step,
        }
        for line in told
    ]
    return json.dumps({"ok": not has_failed(told), "checks": checks}, indent=2, ensure_ascii=False)
