"""Numbers as people read them."""


def duration(ms: float | None) -> str:
    if ms is None:
        return "–"
    if ms < 1000:
        return f"{ms:.0f} ms"
    seconds = ms / 1000
    if seconds < 60:
        return f"{seconds:.1f} s"
    if seconds < 3600:
        return f"{seconds / 60:.1f} min"
    return f"{seconds / 3600:.1f} h"


def speed(tokens_per_second: float | None) -> str:
    return "–" if tokens_per_second is None else f"{bare(tokens_per_second)} tokens/s"


def bare(value: float | None) -> str:
    """Where the unit stands above."""
    return "–" if value is None else f"{value:,.{1 if value < 10 else 0}f}"


def count(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value / 1_000_000:,.1f} million" if value >= 1_000_000 else f"{value:,.0f}"


def share(value: float | None) -> str:
    if value is None:
        return "–"
    digits = 1 if 0 < value < 0.1 else 0
    return f"{value * 100:.{digits}f} %"


def change(now: float | None, before: float | None) -> str:
    """By how much it is more or less, in words: "12 % more"."""
    if now is None or not before:
        return ""
    ratio = now / before - 1
    if abs(ratio) < 0.005:
        return "the same"
    if ratio > 9:
        return f"{now / before:,.0f} times as much"
    return f"{abs(ratio) * 100:.0f} % {'more' if ratio > 0 else 'less'}"


def cause(error_code: str) -> str:
    """`server_unreachable` as words."""
    return error_code.replace("_", " ").capitalize() if error_code else "Unknown"
