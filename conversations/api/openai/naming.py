"""How models are called here: by a strategy and a name, `direct/<model>` or `tools/<model>`; by a
bare name, which is asked directly; or `agent`."""

from dataclasses import dataclass

from chatstudio.base.api.errors import ApiError
from routing.strategies import STRATEGIES

AGENT = "agent"
PREFIXES = ("direct", "tools")
UNKNOWN = "model_not_found"


@dataclass(frozen=True, slots=True)
class Name:
    """`model_name` is empty for the agent."""

    strategy: str
    model_name: str


def read_name(asked: str) -> Name:
    """Only what stands before the first slash decides: models' own names have slashes too."""
    if asked == AGENT:
        if problem := STRATEGIES[AGENT].missing():
            raise ApiError(404, f"There is no agent here. {problem}", UNKNOWN)
        return Name(AGENT, "")
    first, slash, rest = asked.partition("/")
    strategy, name = (first, rest) if slash and first in PREFIXES else ("direct", asked)
    if not name:
        raise ApiError(404, f"After {first}/ the name of a model is missing.", UNKNOWN)
    return Name(strategy, name)
