"""Round numbers for an axis."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """From `low` to `high` by `step`, mapped to a length."""

    low: float
    high: float
    step: float

    def share(self, value: float) -> float:
        return (value - self.low) / (self.high - self.low)

    def ticks(self) -> list[float]:
        count = round((self.high - self.low) / self.step)
        return [self.low + number * self.step for number in range(count + 1)]


def scale_for(values: list[float], ticks: int = 4) -> Scale:
    """Contains zero, so that lengths can be compared."""
    low, high = min(0.0, *values), max(0.0, *values)
    if low == high:
        high = low + 1.0
    rough = (high - low) / ticks
    size = 10.0 ** math.floor(math.log10(rough))
    steps = (size * factor for factor in (1, 2, 2.5, 5, 10))
    step = next(step for step in steps if step >= rough * 0.999)
    return Scale(math.floor(low / step) * step, math.ceil(high / step) * step, step)
