"""The engines' values as JSON has them."""

import math
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from chatstudio.base.text import replace_unstorable
from routing.data.types import Cell


def cell(value: object, longest: int) -> Cell:
    """Numbers stay numbers; text is cut where it is very long."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**63 else str(value)
    if isinstance(value, Decimal):
        return _decimal(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return _cut(_text(value), longest)


def _decimal(value: Decimal) -> Cell:
    """As a number where a float holds it exactly, else in its own digits."""
    return (
        float(value) if value.is_finite() and Decimal(repr(float(value))) == value else str(value)
    )


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return "0x" + bytes(value[:500]).hex()
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_inner, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_inner(k)}: {_inner(v)}' for k, v in value.items())}}}"
    return str(value)


def _inner(value: object) -> str:
    return "null" if value is None else _text(value)


def _cut(text: str, longest: int) -> str:
    text = replace_unstorable(text)  # broken data can hold half of a pair
    return text if len(text) <= longest else text[: longest - 1] + "…"


NUMBERS = (
    *("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER"),
    *("UBIGINT", "UHUGEINT", "FLOAT", "DOUBLE", "DECIMAL", "NUMBER", "NUMERIC", "REAL"),
)
TIMES = ("DATE", "TIMESTAMP", "DATETIME")


def kind_of(type_name: str) -> str:
    upper = type_name.upper()
    if upper.endswith("]"):
        return "text"
    if upper.startswith(TIMES):
        return "time"
    return "number" if upper.startswith(NUMBERS) or upper in ("INT2", "INT4", "INT8") else "text"
