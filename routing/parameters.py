"""How a model should answer: the table of what can be set, and what somebody has set of it.

Forms, the API, `/v1`, both wires, importers, exporters and displays are made from the table. A
simple parameter more is a row here and a field of `Parameters`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from chatstudio.base.json_types import JsonObject, JsonValue

type Kind = Literal["number", "whole number", "texts", "thinking", "duration"]
type Level = Literal["low", "medium", "high", "max"]
type Thinking = bool | Level

LONGEST_TEXT = 1000
"""Characters of the texts to stop at, all together; each has one at least and a line of its own."""
MOST_TEXTS = LONGEST_TEXT // 2
LEVELS: tuple[Level, ...] = ("low", "medium", "high", "max")
EFFORTS: dict[str, Thinking] = {
    "none": False,
    "minimal": "low",
    "low": "low",
    "medium": "medium",
    "high": "high",
    "xhigh": "max",
    "max": "max",
}
"""How much a model thinks, in the words of OpenAI and of products that follow it."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """What can be set. Numbers have `bounds`; at our `/v1` `openai_bounds`, if there are any.

    `ollama` is its name at the top of Ollama's request; empty: one of the options there, by our
    name. `openai` is its name in requests in OpenAI's shape, to a server and at our `/v1`; empty:
    they have none. `is_traced` where OpenTelemetry has that name, too. `elsewhere` is what formats
    of other products call it where that is not our name.
    """

    name: str
    kind: Kind
    label: str
    help: str
    example: JsonValue
    bounds: tuple[int, int] | None = None
    ollama: str = ""
    openai: str = ""
    openai_bounds: tuple[int, int] | None = None
    is_traced: bool = False
    elsewhere: Mapping[str, str] = field(default_factory=dict)

    @property
    def description(self) -> str:
        """For who does not see the label."""
        return f"{self.label}. {self.help}"


PARAMETERS = (
    Parameter(
        "temperature", "number", "Temperature", "0 is sober, 1 is lively.", 0.7,
        bounds=(0, 5), openai="temperature", openai_bounds=(0, 2), is_traced=True,
    ),
    Parameter(
        "top_p", "number", "Top p",
        "Only the likeliest tokens that together have this share of the chances.", 0.9,
        bounds=(0, 1), openai="top_p", is_traced=True,
    ),
    Parameter(
        "top_k", "whole number", "Top k", "Only this many of the likeliest tokens.", 40,
        bounds=(0, 1000), openai="top_k", openai_bounds=(-1, 1_000_000), is_traced=True,
    ),
    Parameter(
        "min_p", "number", "Min p",
        "Only tokens with at least this share of the likeliest one's chance.", 0.05,
        bounds=(0, 1), openai="min_p",
    ),
    Parameter(
        "num_ctx", "whole number", "Context window",
        "In tokens. A change makes Ollama load the model again.", 8192,
        bounds=(256, 4_000_000),
    ),
    Parameter(
        "num_predict", "whole number", "Longest answer", "In tokens.", 1000,
        bounds=(1, 1_000_000), openai="max_tokens", openai_bounds=(-1, 2**31 - 1), is_traced=True,
        elsewhere={"open-webui": "max_tokens", "librechat": "max_tokens"},
    ),
    Parameter(
        "repeat_penalty", "number", "Repeat penalty", "Above 1, words come again less often.", 1.1,
        bounds=(0, 5), openai="repeat_penalty",
    ),
    Parameter(
        "presence_penalty", "number", "Presence penalty",
        "Above 0, words that have come once come less often.", 0.5,
        bounds=(-2, 2), openai="presence_penalty", is_traced=True,
    ),
    Parameter(
        "frequency_penalty", "number", "Frequency penalty",
        "Above 0, the more often a word has come, the less it comes.", 0.5,
        bounds=(-2, 2), openai="frequency_penalty", is_traced=True,
    ),
    Parameter(
        "seed", "whole number", "Seed", "The same seed, the same dice.", 42,
        bounds=(0, 2**31 - 1), openai="seed", openai_bounds=(-(2**63), 2**63 - 1), is_traced=True,
    ),
    Parameter(
        "stop", "texts", "Stop at",
        "Texts of one line each; the answer ends where one of them would come.", ["END"],
        openai="stop",
    ),
    Parameter(
        "thinking", "thinking", "Thinking",
        "Whether the model thinks before it answers, and how much.", "low",
        ollama="think", openai="reasoning_effort", elsewhere={"open-webui": "think"},
    ),
    Parameter(
        "keep_alive", "duration", "Keep loaded",
        "How long after an answer: 10m, 2h; -1 for ever, 0 not at all.", "10m",
        ollama="keep_alive",
    ),
)  # fmt: skip
"""In the order of the forms."""
BY_NAME = {one.name: one for one in PARAMETERS}


def label_of_parameter(name: str) -> str:
    """Also of one that only another version knows."""
    return BY_NAME[name].label if name in BY_NAME else name.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True)
class Parameters:
    """What somebody has set; None leaves the choice to the server.

    `num_ctx` is sent only when a person set it: changing it between requests makes Ollama reload
    the model. `keep_alive` is seconds or a Go duration such as "5m".
    """

    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    min_p: float | None = None
    num_ctx: int | None = None
    num_predict: int | None = None
    repeat_penalty: float | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    seed: int | None = None
    stop: tuple[str, ...] = ()
    thinking: Thinking | None = None
    keep_alive: int | str | None = None

    @classmethod
    def from_dict(cls, data: Mapping[str, object]) -> "Parameters":
        names = {one.name for one in fields(cls)}
        known: dict[str, Any] = {n: data[n] for n in names if data.get(n) is not None}
        if "stop" in known:
            known["stop"] = tuple(known["stop"])
        return cls(**known)

    def to_dict(self) -> JsonObject:
        """Only what is set, ready for JSON."""
        pairs = ((f.name, getattr(self, f.name)) for f in fields(self))
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in pairs
            if value is not None and value != ()
        }
