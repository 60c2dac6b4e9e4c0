"""Numbers, sizes and times in words. They are all made here: this is where other languages will
come in."""

KB, MB, GB = 10**3, 10**6, 10**9
"""As shops and Ollama count: a GB is a thousand million."""


def group_digits(number: float) -> str:
    """As in "12,345"."""
    return f"{number:,}"


def noun(count: int, one: str, many: str = "") -> str:
    return one if count == 1 else many or f"{one}s"


def count_of(count: int, one: str, many: str = "") -> str:
    """As in "1 message" and "1,240 messages"."""
    return f"{group_digits(count)} {noun(count, one, many)}"


def too_long(what: str, most: int) -> str:
    return f"{what} is too long: at most {count_of(most, 'character')}."


def figure_in_words(value: float) -> str:
    """A small one with a digit after the point."""
    return f"{value:,.{1 if value < 10 else 0}f}"


def number_in_words(value: float) -> str:
    """As in "12,345" and "2.1 million"."""
    return f"{value / 1_000_000:,.1f} million" if value >= 1_000_000 else f"{value:,.0f}"


def short_number(value: float) -> str:
    """As in "1.2 M", "40 k", "0.25"."""
    for size, unit in ((1e12, " T"), (1e9, " G"), (1e6, " M"), (1e3, " k")):
        if abs(value) >= size:
            return f"{value / size:.3g}{unit}"
    return f"{value:.4g}"


def share_in_words(share: float) -> str:
    digits = 1 if 0 < share < 0.1 else 0
    return f"{share * 100:.{digits}f} %"


def change_in_words(now: float, before: float) -> str:
    """By how much it is more or less: "12 % more"."""
    ratio = now / before - 1
    if abs(ratio) < 0.005:
        return "the same"
    if ratio > 9:
        return f"{now / before:,.0f} times as much"
    return f"{abs(ratio) * 100:.0f} % {'more' if ratio > 0 else 'less'}"


def size_in_words(size: int) -> str:
    """A file's: "340 KB"."""
    if size < KB:
        return count_of(size, "byte")
    return f"{size / KB:.0f} KB" if size < 999_500 else f"{size / MB:.1f} MB"


def large_size_in_words(size: int) -> str:
    """A model's: "4.7 GB"."""
    return gigabytes_in_words(size) if size >= GB else f"{max(size / MB, 0.1):,.0f} MB"


def gigabytes_in_words(size: int) -> str:
    return f"{size / GB:,.1f} GB"


def seconds_in_words(seconds: float, digits: int = 1) -> str:
    return f"{seconds:.{digits}f} s"


def moment_in_words(ms: float) -> str:
    """What takes no minutes: "12 ms", "1.5 s"."""
    return f"{ms:.0f} ms" if ms < 1000 else seconds_in_words(ms / 1000)


def duration_in_words(ms: float) -> str:
    """In the unit that fits: "12 ms", "1.5 s", "1.5 min", "2.0 h"."""
    minutes = ms / 60_000
    if minutes < 1:
        return moment_in_words(ms)
    return f"{minutes:.1f} min" if minutes < 60 else f"{minutes / 60:.1f} h"


def time_left_in_words(seconds: float) -> str:
    """As in "45 s" and "2:05 min"."""
    minutes, rest = divmod(round(max(seconds, 0)), 60)
    return f"{minutes}:{rest:02d} min" if minutes else f"{rest} s"


def wait_in_words(seconds: int) -> str:
    """As in "1 second" and "3 minutes"."""
    return count_of(seconds, "second") if seconds < 120 else f"{round(seconds / 60)} minutes"
