"""How full the model's window is, as the last answer has shown."""

from dataclasses import dataclass

from chatstudio.base.words import count_of, grouped
from conversations.receipts import Receipt


@dataclass(frozen=True, slots=True)
class Gauge:
    """How much of the model's window the last answer has shown to be used, in tokens."""

    used: int
    window: int

    @property
    def high(self) -> int:
        return self.window * 8 // 10

    @property
    def text(self) -> str:
        return f"{grouped(self.used)} of {count_of(self.window, 'token')}"


def gauge_of(receipt: Receipt) -> Gauge | None:
    """None where the server said either too little."""
    window, rounds = receipt.window.tokens, receipt.rounds
    usage = rounds[-1].usage if rounds else receipt.usage
    if not window or not usage.input_tokens:
        return None
    used = usage.input_tokens + (usage.output_tokens or 0)
    return Gauge(min(used, window), window)
