"""How full the model's window is, as the last answer has shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


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
        return f"{self.used:,} of {self.window:,} tokens"


def gauge_of(receipt: Mapping[str, Any]) -> Gauge | None:
    """None where the server said either too little."""
    rounds = receipt.get("rounds") or [receipt]
    usage = rounds[-1].get("usage") or {}
    window = (receipt.get("window") or {}).get("tokens")
    if not window or not usage.get("input_tokens"):
        return None
    used = usage["input_tokens"] + (usage.get("output_tokens") or 0)
    return Gauge(min(used, window), window)
