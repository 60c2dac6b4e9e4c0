"""How a model should answer: what a prompt profile and a conversation keep."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

type Thinking = bool | Literal["low", "medium", "high", "max"]


@dataclass(frozen=True, slots=True)
class Parameters:
    """How a model should answer; None leaves the choice to the server.

    `num_ctx` is sent only when a person set it: changing it between requests makes Ollama reload
    the model. `keep_alive` is seconds or a Go duration such as "5m".
    """

    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    min_p: float | None = None
    seed: int | None = None
    num_ctx: int | None = None
    num_predict: int | None = None
    repeat_penalty: float | None = None
    stop: tuple[str, ...] = ()
    keep_alive: int | str | None = None
    thinking: Thinking | None = None

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Parameters":
        known = {f.name: data[f.name] for f in fields(cls) if data.get(f.name) is not None}
        if "stop" in known:
            known["stop"] = tuple(known["stop"])
        return cls(**known)

    def to_dict(self) -> dict[str, Any]:
        """Only what is set, ready for JSON."""
        pairs = ((f.name, getattr(self, f.name)) for f in fields(self))
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in pairs
            if value is not None and value != ()
        }
