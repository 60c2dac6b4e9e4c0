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
    asked for it; around an answer it is a mark only behind thoughts, and only at the very end.
    `followers`: where one of these begins, the closing mark was left out."""

    opening: str
    closing: str
    alone: bool = True
    is_answer: bool = False
    is_word: bool = False
    followers: tuple[str, ...] = ()


NAMES = (
    *("think", "thinking", "thought", "thoughts", "reason", "reasoning"),
    *("seed:think", "longcat_think", "antThinking"),
)
# "<|end|>" alone ends any message of some models, so that it says nothing of thoughts.
THOUGHTS = (
    *(Marks(f"<{name}>", f"</{name}>") for name in NAMES),
    Marks("[THINK]", "[/THINK]"),
    Marks("◁think▷", "◁/think▷"),
    Marks("<|begin_of_thought|>", "<|end_of_thought|>", followers=("<|begin_of_solution|>",)),
    Marks("<|START_THINKING|>", "<|END_THINKING|>", followers=("<|START_RESPONSE|>",)),
    Marks("<|inner_prefix|>", "<|inner_suffix|>"),
    Marks("<|channel>thought", "<channel|>", followers=("<|channel>",)),
    Marks(
        "<|channel|>analysis<|message|>",
        "<|end|>",
        alone=False,
        followers=("<|start|>", "<|channel|>"),
    ),
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
LEADS = (
    *("<|start|>assistant", "<|begin|>assistant", "<|im_start|>assistant"),
    "<|start_header_id|>assistant<|end_header_id|>",
)
"""Whose turn it is; stands before any of these."""


@dataclass(frozen=True, slots=True)
class Table:
    """Texts are in small letters. `openings` matches what an answer may begin with, `alone` closing
    marks that need no opening one, `watched` whatever the words of an answer are searched for,
    `hint` the first character of any mark."""

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
        beginnings=tuple(mark.lower() for mark in (*openings, *alone)),
        alone=any_of(alone),
        alone_marks=alone,
        watched=any_of(watched),
        watched_marks=watched,
        hint=_any_character_of(first),
    )


def _any_character_of(characters: Iterable[str]) -> re.Pattern[str]:
    """Without regard to case only where it has to be: that takes several times as long."""
    text = "".join(sorted(characters))
    has_case = text.lower() != text.upper()
    return re.compile(f"[{re.escape(text)}]", re.IGNORECASE if has_case else re.NOFLAG)


@cache
def end_of(marks: Marks) -> re.Pattern[str]:
    """Where they end; of a follower nothing belongs to the end."""
    followers = (f"(?={re.escape(mark)})" for mark in marks.followers)
    return re.compile("|".join((re.escape(marks.closing), *followers)), re.IGNORECASE)


@cache
def ends_of(marks: Marks) -> tuple[str, ...]:
    return tuple(mark.lower() for mark in (marks.closing, *marks.followers))


def any_of(marks: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(set(marks), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)
