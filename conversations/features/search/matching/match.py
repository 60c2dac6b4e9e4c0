from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Match:
    """The index's table, its id, the condition under which a row is a hit, and its parameters."""

    index: str
    id: str
    condition: str
    parameters: Sequence[str]

    @property
    def names(self) -> dict[str, str]:
        return {"index": self.index, "id": self.id, "condition": self.condition}
