"""The receipt of an answer: what was sent, what was left out and why, and what it took.

It is stored with the generation and holds ids, hashes and sizes, never a second copy of a text.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from conversations.answering.course import Course
from conversations.answering.outcomes import Outcome


def completed(receipt: Mapping[str, Any], outcome: Outcome) -> dict[str, Any]:
    """The receipt with all that is known at the end."""
    return {**receipt, **way(outcome.course), **_cut(receipt, outcome.course), **_took(outcome)}


def way(course: Course) -> dict[str, Any]:
    """Which way the answer took, as far as it is known."""
    told: dict[str, Any] = {}
    if course.route is not None:
        told["route"] = asdict(course.route)
    if course.fell_back is not None:
        gone = course.fell_back
        told["fallback"] = {
            "from": gone.strategy,
            "code": gone.error_code,
            "context": dict(gone.error_context),
        }
    if course.tools:
        told["tools"] = list(course.tools)
    if course.window is not None:
        told["window"] = asdict(course.window)
    if len(course.rounds) > 1:
        told["rounds"] = [asdict(ended) for ended in course.rounds]
    if course.notices:
        told["notices"] = list(course.notices)
    if (model := course.model) is not None:
        length = model.loaded_context_length or model.context_length
        facts = {"digest": model.digest, "context_length": length}
        told["model"] = {**facts, "gpu_share": model.gpu_share}
    return told


def _cut(receipt: Mapping[str, Any], course: Course) -> dict[str, Any]:
    """Which of the messages were left out, once that is known: whole turns, the oldest ones. What
    belongs to no turn stays, and what is no row has no id."""
    if course.cut is None:
        return {}
    entries, turns = receipt.get("messages", []), course.cut.turns
    out = [entry for entry in entries if entry.get("turn", turns) < turns]
    return {
        "messages": [entry for entry in entries if entry.get("turn", turns) >= turns],
        "left_out": {
            "messages": len(out),
            "turns": course.cut.turns,
            "reason": "window",
            "ids": [entry["id"] for entry in out if "id" in entry],
        },
    }


def _took(outcome: Outcome) -> dict[str, Any]:
    first, speed = outcome.time_to_first_token_ms, outcome.tokens_per_second
    return {
        "usage": asdict(outcome.finished.usage),
        "timings": asdict(outcome.finished.timings),
        "duration_ms": round(outcome.duration_ms, 1),
        "time_to_first_token_ms": first and round(first, 1),
        "tokens_per_second": speed and round(speed, 2),
    }
