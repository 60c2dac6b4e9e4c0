"""How often a running answer is shown: as often as eyes notice, and less where that costs much."""

from dataclasses import dataclass

SHORTEST_HOLD = 0.033
LONGEST_HOLD = 0.5
RENDERS = 20
"""A flush may take a twentieth of the time."""
HOLD_PER_ANSWER = 0.0007
LATENESS = 6
"""Where the event loop itself is late, the hold grows by so many times that."""
SMOOTH_LENGTH = 6_000
"""Characters up to which an answer moves smoothly; the page's own work grows with the length."""
HOLD_PER_CHARACTER = 4e-6


@dataclass(slots=True)
class Pace:
    """All in seconds. One slow render (a block of code that is coloured) is no reason to wait; two
    in a row are."""

    last_render: float = 0.0
    lateness: float = 0.0

    def after(self, render: float, length: int, answers: int) -> float:
        """How long to hold after a flush that took `render`."""
        usual = min(self.last_render, render)
        self.last_render = render
        long = HOLD_PER_CHARACTER * max(0, length - SMOOTH_LENGTH)
        hold = max(
            SHORTEST_HOLD + long,
            RENDERS * usual,
            HOLD_PER_ANSWER * answers,
            LATENESS * self.lateness,
        )
        return min(hold, LONGEST_HOLD)

    def woke(self, late: float) -> None:
        """The hold has ended so much later than planned."""
        self.lateness = (self.lateness + max(0.0, late)) / 2
