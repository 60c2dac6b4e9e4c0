"""A tool call as a person sees it among an answer's parts."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import get_script_prefix

from chatstudio.base.json_types import text_at
from conversations.answering.tool_calls import question_of
from conversations.answering.transcript import CallState
from routing.tools.base import Risk

STATES = {
    "pending": "Waiting",
    "awaiting_approval": "Waits for your decision",
    "running": "Running…",
    "done": "Done",
    "failed": "Failed",
    "denied": "Declined",
}
RISKS = {
    Risk.WRITES: "It would change something of yours.",
    Risk.REACHES_OUT: "It would reach out of this machine, and what it asks for leaves with it.",
}
DECISIONS = {"once": "Allowed by you", "always": "Allowed in this conversation"}
CHOICES = (("once", "Allow once"), ("always", "Always in this conversation"), ("denied", "Decline"))
QUERY_PAGE = re.compile(r"^(?:The whole result|Edit and run it): /(data/\S+)\Z", re.MULTILINE)
LONGEST_SHOWN = 20_000


@dataclass(frozen=True, slots=True)
class CallView:
    """`public_id` is None until the row is saved, a second after it began at the latest. `link` is
    where the whole of a result is shown, sorted, drawn and downloaded, or its SQL is mended."""

    public_id: UUID | None
    name: str
    arguments: str
    summary: str
    status: str
    state: str
    risk: str
    result: str
    seconds: float | None
    decision: str
    reason: str
    link: str = ""
    question: str = ""
    answers: tuple[tuple[str, str], ...] = ()
    """What it asked, and what was answered, as JSON."""
    choices: Sequence[tuple[str, str]] = CHOICES

    @property
    def buttons(self) -> Sequence[tuple[str, str]]:
        """Beside a call that asks something there is only one: the answer has a page."""
        return self.choices[-1:] if self.question else self.choices

    @property
    def waits(self) -> bool:
        return self.status == "awaiting_approval" and self.public_id is not None


def call_view(state: CallState) -> CallView:
    took = None
    if state.started_at and state.finished_at:
        took = (state.finished_at - state.started_at).total_seconds()
    question = text_at(question_of(state.dialogue) or {}, "question")
    is_asking = bool(question) and state.status == "awaiting_approval"
    found = QUERY_PAGE.search(state.result) if state.name == "query_data" else None
    return CallView(
        state.public_id,
        state.name or "?",
        json.dumps(dict(state.arguments), ensure_ascii=False, indent=2, default=str),
        summary_of(state.arguments),
        state.status,
        "Waits for your answer" if is_asking else STATES.get(state.status, state.status),
        RISKS.get(Risk(state.risk), "") if state.risk in list(Risk) else "",
        state.result[:LONGEST_SHOWN],
        took,
        DECISIONS.get(state.decision, ""),
        state.decision_reason,
        f"{get_script_prefix()}{found[1]}" if found else "",
        question,
        tuple(
            (text_at(one, "question"), json.dumps(one["answer"], ensure_ascii=False))
            for one in state.dialogue
            if "answer" in one
        ),
    )


def summary_of(arguments: Mapping[str, Any]) -> str:
    """The arguments in a line, for the closed fold."""
    values = [str(value) for value in arguments.values() if value not in ("", None)]
    text = ", ".join(values).replace("\n", " ")
    return text if len(text) <= 80 else f"{text[:79]}…"
