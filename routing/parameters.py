"""How a model should answer: the table of what can be set, and what somebody has set of it.

Forms, the API, `/v1`, both wires, importers, exporters and displays are made from the table. A
simple parameter more is a row here and a field of `Parameters`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

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
}
"""How much a model thinks, in the words of OpenAI and of products that follow it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """What can be set. `minimum` and `maximum` are those of a number.

    `ollama` is its name at the top of Ollama's request; empty: one of the options there, by our
    name. `openai` is its name in requests in OpenAI's shape, to a server and at our own `/v1`;
    empty: they have none. `openai_bounds` hold at `/v1` where ours do not. `traced` is what
    OpenTelemetry calls it, after `gen_ai.request.`; `elsewhere` is what formats of other products
    call it where that is not our name.
    """

    name: str
    kind: Kind
    label: str
    help: str
    example: Any
    minimum: int | None = None
    maximum: int | None = None
    ollama: str = ""
    openai: str = ""
    openai_bounds: tuple[int, int] | None = None
    traced: str = ""
    elsewhere: Mapping[str, str] = field(default_factory=dict)

    @property
    def description(self) -> str:
        """For who does not see the label."""
        return f"{self.label}. {self.help}"


PARAMETERS = (
    Parameter(
        name="temperature",
        kind="number",
        label="Temperature",
        help="0 is sober, 1 is lively.",
        example=0.7,
        minimum=0,
        maximum=5,
        openai="temperature",
        openai_bounds=(0, 2),
        traced="temperature",
    ),
    Parameter(
        name="top_p",
        kind="number",
        label="Top p",
        help="Only the likeliest tokens that together have this share of the chances.",
        example=0.9,
        minimum=0,
        maximum=1,
        openai="top_p",
        traced="top_p",
    ),
    Parameter(
        name="top_k",
        kind="whole number",
        label="Top k",
        help="Only this many of the likeliest tokens.",
        example=40,
        minimum=0,
        maximum=1000,
        openai="top_k",
        openai_bounds=(0, 1_000_000),
        traced="top_k",
    ),
    Parameter(
        name="min_p",
        kind="number",
        label="Min p",
        help="Only tokens with at least this share of the likeliest one's chance.",
        example=0.05,
        minimum=0,
        maximum=1,
        openai="min_p",
    ),
    Parameter(
        name="num_ctx",
        kind="whole number",
        label="Context window",
        help="In tokens. A change makes Ollama load the model again.",
        example=8192,
        minimum=256,
        maximum=4_000_000,
    ),
    Parameter(
        name="num_predict",
        kind="whole number",
        label="Longest answer",
        help="In tokens.",
        example=1000,
        minimum=1,
        maximum=1_000_000,
        openai="max_tokens",
        openai_bounds=(1, 2**31 - 1),
        traced="max_tokens",
        elsewhere={"open-webui": "max_tokens", "librechat": "max_tokens"},
    ),
    Parameter(
        name="repeat_penalty",
        kind="number",
        label="Repeat penalty",
        help="Above 1, words come again less often.",
        example=1.1,
        minimum=0,
        maximum=5,
        openai="repeat_penalty",
    ),
    Parameter(
        name="seed",
        kind="whole number",
        label="Seed",
        help="The same seed, the same dice.",
        example=42,
        minimum=0,
        maximum=2**31 - 1,
        openai="seed",
        openai_bounds=(-(2**63), 2**63 - 1),
        traced="seed",
    ),
    Parameter(
        name="stop",
        kind="texts",
        label="Stop at",
        help="The answer ends where one of these texts would come.",
        example=["END"],
        openai="stop",
    ),
    Parameter(
        name="thinking",
        kind="thinking",
        label="Thinking",
        help="Whether the model thinks before it answers, and how much.",
        example="low",
        ollama="think",
        openai="reasoning_effort",
        elsewhere={"open-webui": "think"},
    ),
    Parameter(
        name="keep_alive",
        kind="duration",
        label="Keep loaded",
        help="How long after an answer: 10m, 2h; -1 for ever, 0 not at all.",
        example="10m",
        ollama="keep_alive",
    ),
)
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
    seed: int | None = None
    stop: tuple[str, ...] = ()
    thinking: Thinking | None = None
    keep_alive: int | str | None = None

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
