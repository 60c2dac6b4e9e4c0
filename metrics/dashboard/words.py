"""Figures as the dashboard shows them: there may be none."""

from chatstudio.base.words import (
    change_in_words,
    duration_in_words,
    figure_in_words,
    number_in_words,
    share_in_words,
)

NONE = "–"


def duration(ms: float | None) -> str:
    return NONE if ms is None else duration_in_words(ms)


def speed(tokens_per_second: float | None) -> str:
    return NONE if tokens_per_second is None else f"{figure_in_words(tokens_per_second)} tokens/s"


def bare(value: float | None) -> str:
    """Where the unit stands above."""
    return NONE if value is None else figure_in_words(value)


def count(value: float | None) -> str:
    return NONE if value is None else number_in_words(value)


def share(value: float | None) -> str:
    return NONE if value is None else share_in_words(value)


def change(now: float | None, before: float | None) -> str:
    return "" if now is None or not before else change_in_words(now, before)


def cause(error_code: str) -> str:
    """`server_unreachable` as words."""
    return error_code.replace("_", " ").capitalize() if error_code else "Unknown"
