"""Rows as CSV that a spreadsheet can open without harm."""

import csv
import io
import re
from collections.abc import Iterable

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
NUMBER = re.compile(r"[+-]?[0-9][0-9.,:eE \u00a0\u202f%-]*|[+-]")
"""Also of a phone, a date or a temperature, and a lone sign: no formula can be made of these."""


def cell(value: object) -> str:
    """What begins like a formula is made a text, as a model's name can be anybody's words.
    Numbers stay numbers."""
    text = "" if value is None else str(value)
    is_harmless = isinstance(value, int | float) or NUMBER.fullmatch(text)
    return f"'{text}" if text.lstrip(" ").startswith(DANGEROUS) and not is_harmless else text


def csv_line(values: Iterable[object]) -> str:
    return csv_lines([values])


def csv_lines(rows: Iterable[Iterable[object]]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerows([cell(value) for value in row] for row in rows)
    return buffer.getvalue()
