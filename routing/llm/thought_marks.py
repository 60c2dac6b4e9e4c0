"""The marks that models set around their thoughts, and around the answer behind them.

One table for all servers. A prompt profile may name two more for its model.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Marks:
    """`alone`: the closing mark is one also where no opening one came. `is_word`: somebody may have
    asked for it; around an answer it is a mark only behind thoughts, and only at the very end."""

    opening: str
    closing: str
    alone: bool = True
    is_answer: bool = False
    is_word: bool = False


NAMES = (
    *("think", "thinking", "thought", "thoughts", "reason", "reasoning"),
    *("seed:think", "longcat_think", "antThinking"),
)
# "<|end|>" alone ends any message of some models, so that it says nothing of thoughts.
THOUGHTS = (
    *(Marks(f"<{name}>", f"</{name}>") for name in NAMES),
    Marks("[THINK]", "[/THINK]"),
    Marks("◁think▷", "◁/think▷"),
    Marks("<|begin_of_thought|>", "<|end_of_thought|>"),
    Marks("<|START_THINKING|>", "<|END_THINKING|>"),
    Marks("<|inner_prefix|>", "<|inner_suffix|>"),
    Marks("<|channel>thought", "<channel|>"),
    Marks("<|channel|>analysis<|message|>", "<|end|>", alone=False),
    Marks("<|think|>", "<|end|>", alone=False),
)
ANSWERS = (
    Marks("<|begin_of_solution|>", "<|end_of_solution|>", is_answer=True),
    Marks("<|START_RESPONSE|>", "<|END_RESPONSE|>", is_answer=True),
    Marks("<|channel|>commentary<|message|>", "<|end|>", is_answer=True),
    Marks("<|channel|>final<|message|>", "<|return|>", is_answer=True),
    Marks("<|channel>final", "<channel|>", is_answer=True),
    Marks("<|content|>", "<|end|>", is_answer=True),
    Marks("<answer>", "</answer>", is_answer=True, is_word=True),
    Marks("<response>", "</response>", is_answer=True, is_word=True),
)
LEADS = ("<|start|>assistant", "<|begin|>assistant")
"""Whose turn it is; stands before any of these."""


@dataclass(frozen=True, slots=True)
class Table:
    """`openings` matches what an answer may begin with, `alone` closing marks that need no opening
    one, `watched` whatever the words of an answer are searched for, `hint` the first character of
    any mark."""

    by_opening: dict[str, Marks]
    openings: re.Pattern[str]
    beginnings: tuple[str, ...]
    alone: re.Pattern[str]
    alone_marks: tuple[str, ...]
    watched: re.Pattern[str]
    watched_marks: tuple[str, ...]
    hint: re.Pattern[str]


@cache
def table_of(own: tuple[str, str] = ("", "")) -> Table:
    opening, closing = own
    thoughts = (*THOUGHTS, Marks(opening, closing)) if closing else THOUGHTS
    rows = {one.opening.lower(): one for one in (*ANSWERS, *thoughts) if one.opening}
    alone = tuple(one.closing.lower() for one in thoughts if one.alone)
    watched = (*alone, *(one.opening.lower() for one in thoughts if one.opening))
    openings = (*rows, *LEADS)
    first = {mark[0] for mark in (*openings, *(one.closing for one in rows.values()), *alone)}
    return Table(
        by_opening=rows,
        openings=any_of(openings),
        beginnings=(*openings, *alone),
        alone=any_of(alone),
        alone_marks=alone,
        watched=any_of(watched),
        watched_marks=watched,
        hint=re.compile(f"[{re.escape(''.join(sorted(first)))}]", re.IGNORECASE),
    )


@cache
def pattern_of(mark: str) -> re.Pattern[str]:
    return any_of((mark,))


def any_of(marks: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(set(marks), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)
