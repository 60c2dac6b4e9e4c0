"""What a receipt says at the end: which way the answer took, what was left out, what it took."""

from dataclasses import asdict

from chatstudio.base.json_types import JsonObject, JsonValue, objects_at
from conversations.answering.course import Course
from conversations.answering.outcomes import Outcome
from conversations.receipts.parts import Fallback, LeftOut, Model
from conversations.receipts.receipt import Receipt


def completed(receipt: Receipt, outcome: Outcome, calls: int | None = None) -> Receipt:
    """The receipt with all that is known at the end. `calls` are those of another program's
    request; those of an answer are rows."""
    course = outcome.course
    cut = _cut(receipt.stored, course.cut.turns) if course.cut else {}
    counted: JsonObject = {} if calls is None else {"calls": calls}
    end = {**way(course).stored, **cut, **_took(outcome), **counted}
    return Receipt({**receipt.stored, **end})


def way(course: Course) -> Receipt:
    """Which way the answer took, as far as it is known."""
    told: JsonObject = {}
    if course.route is not None:
        told["route"] = asdict(course.route)
    if course.fell_back is not None:
        gone = course.fell_back
        context = dict(gone.error_context)
        told["fallback"] = Fallback(gone.strategy, gone.error_code, context).to_json()
    if course.tools:
        told["tools"] = list(course.tools)
    if course.window is not None:
        told["window"] = asdict(course.window)
    if len(course.rounds) > 1:
        told["rounds"] = [asdict(ended) for ended in course.rounds]
    if course.notices:
        told["notices"] = [*course.notices]
    if (model := course.model) is not None:
        length = model.loaded_context_length or model.context_length
        told["model"] = Model(model.digest, length, model.gpu_share).to_json()
    return Receipt(told)


def _cut(stored: JsonObject, turns: int) -> JsonObject:
    """Which of the messages were left out, once that is known: whole turns, the oldest ones. What
    belongs to no turn stays, and what is no row has no id."""
    sent: list[JsonValue] = []
    out: list[JsonObject] = []
    for entry in objects_at(stored, "messages"):
        turn = entry.get("turn")
        (out if isinstance(turn, int) and turn < turns else sent).append(entry)
    ids = [entry["id"] for entry in out if "id" in entry]
    return {"messages": sent, "left_out": LeftOut(len(out), turns, "window", ids).to_json()}


def _took(outcome: Outcome) -> JsonObject:
    first, speed = outcome.time_to_first_token_ms, outcome.tokens_per_second
    return {
        "usage": asdict(outcome.finished.usage),
        "timings": asdict(outcome.finished.timings),
        "duration_ms": round(outcome.duration_ms, 1),
        "time_to_first_token_ms": first and round(first, 1),
        "tokens_per_second": speed and round(speed, 2),
    }
