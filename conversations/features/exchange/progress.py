"""One line in a terminal that says how far an import is, how fast, and how long it will take."""

from time import monotonic
from typing import TextIO

from chatstudio.base.words import count_of, time_left_in_words
from conversations.features.exchange.opening import Source
from conversations.features.exchange.runs import Tally

EVERY_SECONDS = 0.2
WIDTH = 24
MB = 1024 * 1024


class ProgressLine:
    """Nothing where the output is no terminal."""

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.is_shown = out.isatty()
        self.began = self.shown_at = monotonic()
        self.is_there = False

    def show(self, source: Source, tally: Tally) -> None:
        now = monotonic()
        if not self.is_shown or now - self.shown_at < EVERY_SECONDS:
            return
        self.shown_at = now
        done = source.bytes_done / max(source.bytes_total, 1)
        took = now - self.began
        self.out.write(f"\r\x1b[K{line(done, source.bytes_done, sum(tally.counts.values()), took)}")
        self.out.flush()
        self.is_there = True

    def clear(self) -> None:
        if self.is_there:
            self.out.write("\r\x1b[K")
            self.out.flush()
        self.is_there = False


def line(done: float, read: int, count: int, took: float) -> str:
    bar = "█" * round(done * WIDTH)
    rate, left = rate_of(read, took), left_of(done, took)
    return f"{bar:░<{WIDTH}} {done:4.0%}  {count_of(count, 'conversation')}  {rate}  {left} left"


def rate_of(read: int, took: float) -> str:
    return f"{read / MB / took if took else 0.0:.1f} MB/s"


def left_of(done: float, took: float) -> str:
    return time_left_in_words(took / done - took) if done > 0.01 else "…"
